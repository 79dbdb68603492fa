package dev.espalier.run;

import dev.espalier.memory.Execution;
import dev.espalier.memory.MemoryModel;
import dev.espalier.memory.PatchedStart;
import dev.espalier.memory.PeakMemory;
import dev.espalier.microcontroller.CEmitter;
import dev.espalier.search.Constraint;
import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The memory of targets in a space: how each runs its models, and whether C runs its first kernels
 * patch by patch there, which it does where whole maps do not fit. One thread; not thread-safe.
 */
final class TargetMemory {
  private final SearchSpace space;
  private final SearchRequest request;
  private final Map<Execution, Optional<MemoryModel>> models = new HashMap<>();
  private final Optional<PatchedStart> start;

  TargetMemory(SearchSpace space, SearchRequest request) {
    this.space = space;
    this.request = request;
    this.start = request.patches() == PatchRule.ALLOWED ? PatchedStart.of(space) : Optional.empty();
  }

  /** The memory of any architecture on a target; empty where it is not known of the space. */
  Optional<MemoryModel> model(Target target) {
    Optional<MemoryModel> whole = whole(target);
    return patching(target)
        .map(
            limit ->
                MemoryModel.patched(space, whole.orElseThrow(), start.orElseThrow(), bytes(limit)))
        .or(() -> whole);
  }

  private Optional<MemoryModel> whole(Target target) {
    return models.computeIfAbsent(
        FormatPolicy.execution(request.formats(), target.description()),
        execution -> MemoryModel.of(space, execution));
  }

  private static long bytes(Constraint limit) {
    return (long) limit.limit();
  }

  /** The limit beyond which a target's models run patch by patch, if any of the space's may. */
  private Optional<Constraint> patching(Target target) {
    return whole(target)
        .filter(model -> model.execution() instanceof Execution.EmittedC)
        .filter(model -> start.isPresent())
        .flatMap(
            model ->
                DeviceLimits.onPeak(target).filter(limit -> limit.limit() < model.mostPeakBytes()));
  }

  /** The latency of any architecture on a target, patches where they are taken. */
  AdditiveFunction latencyMicros(Target target) {
    return patching(target)
        .map(limit -> start.orElseThrow().estimatedMicros(target.latencyMicros(), bytes(limit)))
        .orElse(target.latencyMicros());
  }

  /**
   * The formats besides float32 ONNX that a subnet gets for a target.
   *
   * @return with patches where C runs on them, and why C is left out if it would need more memory
   *     than the target has: searches whose memory model is that of C find no such subnet
   */
  Formats formats(Target target, Architecture architecture) {
    List<String> wanted =
        FormatPolicy.besidesOnnx(request.formats(), target.description().deviceClass());
    Optional<Constraint> limit = DeviceLimits.onPeak(target);
    if (limit.isEmpty() || !wanted.contains(CEmitter.FORMAT)) {
      return new Formats(wanted, Optional.empty());
    }
    long most = bytes(limit.get());
    PeakMemory peak = PeakMemory.of(space, architecture, new Execution.EmittedC());
    if (peak.bytes() <= most) {
      return new Formats(wanted, Optional.empty());
    }
    Optional<Long> patched = start.map(s -> s.peakBytes(architecture, most));
    if (patched.filter(bytes -> bytes <= most).isPresent()) {
      String c = CEmitter.format(start.orElseThrow().patches(architecture, most));
      return new Formats(
          wanted.stream().map(f -> f.equals(CEmitter.FORMAT) ? c : f).toList(), Optional.empty());
    }
    return new Formats(
        wanted.stream().filter(f -> !f.equals(CEmitter.FORMAT)).toList(),
        Optional.of(
            "its arena takes %d bytes, %s%s; %s allows %.0f: limit peak-memory in the request, so that smaller networks are found"
                .formatted(
                    peak.bytes(),
                    peak.words(),
                    patched.map(" (%d patch by patch)"::formatted).orElse(""),
                    limit.get().origin().isEmpty() ? "the request" : limit.get().origin(),
                    limit.get().limit())));
  }

  /**
   * Formats of a model.
   *
   * @param wanted as emitters are asked for
   * @param refusedC why C is not among them
   */
  record Formats(List<String> wanted, Optional<String> refusedC) {
    Formats {
      wanted = List.copyOf(wanted);
    }
  }
}
