package dev.espalier.nightly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.nightly.NightState.TargetState;
import dev.espalier.run.FailedTarget;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class NightPlanTest {
  private static SortedMap<String, String> key(String profile, String source, String budgets) {
    SortedMap<String, String> key = new TreeMap<>();
    key.put("profile", profile);
    key.put("source", source);
    key.put("budgets", budgets);
    return key;
  }

  private static NightState last() {
    SortedMap<String, TargetState> targets = new TreeMap<>();
    for (String name : List.of("a", "b", "c")) {
      targets.put(
          name,
          new TargetState(key(name + "1", "net", "20ms"), "night-1", 0.5, 10, new TreeMap<>()));
    }
    return new NightState(1, "night-1", "", targets, new TreeMap<>());
  }

  private static SortedMap<String, SortedMap<String, String>> same() {
    SortedMap<String, SortedMap<String, String>> keys = new TreeMap<>();
    last().targets().forEach((name, state) -> keys.put(name, state.key()));
    return keys;
  }

  @Test
  void equalKeysAreNothingToDo() {
    NightPlan plan = NightPlan.of(last(), same(), List.of(), Set.of());

    assertThat(plan.isNothing()).isTrue();
    assertThat(plan.carried()).containsExactly("a", "b", "c");
  }

  @Test
  void theFirstNightSearchesAll() {
    NightPlan plan = NightPlan.of(NightState.NOTHING, same(), List.of(), Set.of());

    assertThat(plan.search()).containsOnlyKeys("a", "b", "c");
    assertThat(plan.search().get("a")).containsExactly("the first night");
  }

  @Test
  void whatChangedIsSearchedForThatReasonAlone() {
    SortedMap<String, SortedMap<String, String>> keys = same();
    keys.put("b", key("b2", "net", "20ms"));
    keys.put("d", key("d1", "net", "20ms"));
    keys.remove("c");

    NightPlan plan = NightPlan.of(last(), keys, List.of(), Set.of());

    assertThat(plan.search()).containsOnlyKeys("b", "d");
    assertThat(plan.search().get("b")).containsExactly("its profile changed");
    assertThat(plan.search().get("d")).containsExactly("a new target");
    assertThat(plan.removed()).containsExactly("c");
    assertThat(plan.carried()).containsExactly("a");
  }

  @Test
  void severalReasonsAreAllNamed() {
    SortedMap<String, SortedMap<String, String>> keys = same();
    keys.put("a", key("a1", "net 2", "30ms"));

    assertThat(NightPlan.of(last(), keys, List.of(), Set.of()).search().get("a"))
        .containsExactly("the supernet or predictor changed", "the budgets changed");
  }

  @Test
  void aTargetThatCannotBeUsedIsNotGone() {
    SortedMap<String, SortedMap<String, String>> keys = same();
    keys.remove("c");
    FailedTarget failed = new FailedTarget("c", "was altered");

    NightPlan plan = NightPlan.of(last(), keys, List.of(failed), Set.of());

    assertThat(plan.removed()).isEmpty();
    assertThat(plan.failed()).containsExactly(failed);
    assertThat(plan.isNothing()).isTrue();
  }

  @Test
  void answersInADamagedRunAreSearchedAgain() {
    NightPlan plan = NightPlan.of(last(), same(), List.of(), Set.of("night-1"));

    assertThat(plan.search()).containsOnlyKeys("a", "b", "c");
    assertThat(plan.search().get("a").get(0)).contains("night-1", "damaged");
  }
}
