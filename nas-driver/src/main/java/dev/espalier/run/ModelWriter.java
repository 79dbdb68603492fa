package dev.espalier.run;

import dev.espalier.artefact.Digest;
import dev.espalier.artefact.Staging;
import dev.espalier.deploy.DeploymentCard;
import dev.espalier.deploy.DeploymentCard.ModelFile;
import dev.espalier.microcontroller.CEmitter;
import dev.espalier.run.Progress.Stage;
import dev.espalier.space.Architecture;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
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
  private final TargetMemory memory;
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
      TargetMemory memory,
      String conditions,
      Progress progress) {
    this.staging = staging;
    this.backend = backend;
    this.inputs = inputs;
    this.memory = memory;
    this.conditions = conditions;
    this.progress = progress;
  }

  /** A model that is published, and what it is written in besides float32 ONNX. */
  private record Published(BudgetResult budget, TargetMemory.Formats formats) {}

  /**
   * Writes the models that may be published.
   *
   * @return the digests of what it wrote, by name
   */
  SortedMap<String, String> write(List<BudgetResult> budgets, Cards cards) {
    Map<Architecture, List<Published>> published = new LinkedHashMap<>();
    for (BudgetResult budget : budgets) {
      budget
          .published()
          .map(attempt -> attempt.candidate().architecture())
          .ifPresent(
              architecture ->
                  published
                      .computeIfAbsent(architecture, a -> new ArrayList<>())
                      .add(new Published(budget, memory.formats(budget.target(), architecture))));
    }
    if (published.isEmpty()) {
      return digests;
    }
    List<FormatDeployment.Order> orders = new ArrayList<>();
    List<Published> plain = new ArrayList<>();
    published.forEach(
        (architecture, models) -> {
          Set<String> formats = new LinkedHashSet<>();
          models.forEach(model -> formats.addAll(model.formats.wanted()));
          if (formats.isEmpty()) {
            plain.addAll(models);
          } else {
            orders.add(new FormatDeployment.Order(architecture, List.copyOf(formats)));
          }
        });
    int count = published.values().stream().mapToInt(List::size).sum();
    try (Stage stage =
        progress.begin(
            "writing and running %d models in the formats of their targets".formatted(count),
            count)) {
      int[] done = {plain.size()};
      plain.forEach(model -> write(model, Map.of(), cards));
      stage.done(done[0]);
      backend.deploy(
          inputs,
          orders,
          (number, outcomes) -> {
            FormatDeployment.Order order = orders.get(number);
            Map<String, FormatDeployment.Outcome> byFormat = new HashMap<>();
            for (int i = 0; i < outcomes.size(); i++) {
              byFormat.put(order.formats().get(i), outcomes.get(i));
            }
            List<Published> models = published.get(order.architecture());
            models.forEach(model -> write(model, byFormat, cards));
            stage.done(done[0] += models.size());
          });
    }
    return digests;
  }

  private void write(Published model, Map<String, FormatDeployment.Outcome> outcomes, Cards cards) {
    BudgetResult budget = model.budget;
    write(budget, RunFiles.MODEL, budget.published().orElseThrow().emitted().orElseThrow().model());
    model
        .formats
        .refusedC()
        .ifPresent(
            reason -> note(budget, FormatDeployment.Outcome.refused(CEmitter.FORMAT, reason)));
    List<ModelFile> further = new ArrayList<>();
    for (String format : model.formats.wanted()) {
      FormatDeployment.Outcome outcome = outcomes.get(format);
      outcome.files().forEach(file -> write(budget, file.name(), file.content()));
      further.addAll(outcome.described());
      note(budget, outcome);
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
