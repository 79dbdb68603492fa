package dev.espalier.run;

import dev.espalier.artefact.Digest;
import dev.espalier.artefact.Staging;
import dev.espalier.deploy.DeploymentCard;
import dev.espalier.deploy.DeploymentCard.ModelFile;
import dev.espalier.microcontroller.CEmitter;
import dev.espalier.run.Progress.Stage;
import dev.espalier.space.Architecture;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes the models of a run, in every format of their targets, and their cards. Each architecture
 * is written and run once, whatever the number of budgets that it is the answer to; what is there
 * is written as soon as it comes, so that only models of the moment are held.
 */
final class ModelWriter {
  private final Staging staging;
  private final SearchBackend backend;
  private final EmissionInputs inputs;
  private final String conditions;
  private final Progress progress;
  private final SortedMap<String, String> digests = new TreeMap<>();

  /**
   * Into a folder that is yet to be published.
   *
   * @param conditions under which latencies were measured
   */
  ModelWriter(
      Staging staging,
      SearchBackend backend,
      EmissionInputs inputs,
      String conditions,
      Progress progress) {
    this.staging = staging;
    this.backend = backend;
    this.inputs = inputs;
    this.conditions = conditions;
    this.progress = progress;
  }

  /**
   * Writes the models that may be published.
   *
   * @param asked formats of the request; none for those of each target's class
   * @return the digests of what it wrote, by name
   */
  SortedMap<String, String> write(List<BudgetResult> budgets, List<String> asked, Cards cards) {
    Map<Architecture, List<BudgetResult>> published = new LinkedHashMap<>();
    for (BudgetResult budget : budgets) {
      budget
          .published()
          .ifPresent(
              attempt ->
                  published
                      .computeIfAbsent(attempt.candidate().architecture(), a -> new ArrayList<>())
                      .add(budget));
    }
    if (published.isEmpty()) {
      return digests;
    }
    List<FormatDeployment.Order> orders = new ArrayList<>();
    published.forEach(
        (architecture, answered) -> {
          Set<String> formats = new LinkedHashSet<>();
          answered.forEach(budget -> formats.addAll(formats(asked, budget)));
          if (!formats.isEmpty()) {
            orders.add(new FormatDeployment.Order(architecture, List.copyOf(formats)));
          }
        });
    long models = published.values().stream().mapToInt(List::size).sum();
    try (Stage stage =
        progress.begin(
            "writing and running %d models in the formats of their targets".formatted(models),
            published.size())) {
      Map<Architecture, List<BudgetResult>> plain = new LinkedHashMap<>(published);
      orders.forEach(order -> plain.remove(order.architecture()));
      plain.values().forEach(answered -> answered.forEach(b -> write(b, asked, List.of(), cards)));
      int[] done = {plain.size()};
      stage.done(done[0]);
      backend.deploy(
          inputs,
          orders,
          (order, outcomes) -> {
            published
                .get(orders.get(order).architecture())
                .forEach(budget -> write(budget, asked, outcomes, cards));
            stage.done(++done[0]);
          });
    }
    return digests;
  }

  /** What a target is given, less C that its memory cannot hold. */
  private List<String> formats(List<String> asked, BudgetResult budget) {
    List<String> wanted = wanted(asked, budget);
    return tooLarge(wanted, budget).isEmpty()
        ? wanted
        : wanted.stream().filter(format -> !format.equals(CEmitter.FORMAT)).toList();
  }

  private static List<String> wanted(List<String> asked, BudgetResult budget) {
    return FormatPolicy.besidesOnnx(asked, budget.target().description().deviceClass());
  }

  /** Why the memory of a target cannot hold C. */
  private Optional<String> tooLarge(List<String> wanted, BudgetResult budget) {
    return wanted.contains(CEmitter.FORMAT)
        ? DeviceLimits.refuseC(
            budget.target(),
            inputs.supernet().space(),
            budget.published().orElseThrow().candidate().architecture())
        : Optional.empty();
  }

  /** Writes one model. */
  private void write(
      BudgetResult budget,
      List<String> asked,
      List<FormatDeployment.Outcome> outcomes,
      Cards cards) {
    write(budget, RunFiles.MODEL, budget.published().orElseThrow().emitted().orElseThrow().model());
    tooLarge(wanted(asked, budget), budget)
        .ifPresent(
            reason -> note(budget, FormatDeployment.Outcome.refused(CEmitter.FORMAT, reason)));
    List<ModelFile> further = new ArrayList<>();
    for (String format : formats(asked, budget)) {
      for (FormatDeployment.Outcome outcome : outcomes) {
        if (outcome.format().equals(format)) {
          outcome.files().forEach(file -> write(budget, file.name(), file.content()));
          further.addAll(outcome.described());
          note(budget, outcome);
        }
      }
    }
    String card = budget.folder() + "/" + DeploymentCard.FILE;
    DeploymentCard content = cards.of(budget, further, conditions);
    staging.write(card, content.toJson());
    digests.put(card, content.digest());
  }

  private void write(BudgetResult budget, String name, byte[] content) {
    String file = budget.folder() + "/" + name;
    staging.write(file, content);
    digests.put(file, Digest.of(content));
  }

  private void note(BudgetResult budget, FormatDeployment.Outcome outcome) {
    String of =
        "%s of target %s, budget %s"
            .formatted(outcome.format(), budget.target().name(), budget.budget().name());
    if (outcome.refused() != null) {
      progress.note(of + " is not published: " + outcome.refused());
    }
    outcome.described().stream()
        .map(file -> file.run().unverified())
        .filter(reason -> reason != null)
        .findFirst()
        .ifPresent(reason -> progress.note(of + " is published unverified: " + reason));
  }
}
