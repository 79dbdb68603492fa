package dev.espalier.run;

import dev.espalier.deploy.Emitter;
import dev.espalier.deploy.OnnxEmitter;
import dev.espalier.memory.Execution;
import dev.espalier.microcontroller.CEmitter;
import dev.espalier.operator.Precision;
import dev.espalier.profile.DeviceClass;
import dev.espalier.profile.ProfileDescription;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which formats a target gets: what the tools of its class of device take, or what the request
 * lists. Float32 ONNX is always among them: it is the file that verification ran.
 */
final class FormatPolicy {
  private FormatPolicy() {}

  /** What the tools of a class take, most wanted first; of those whose emitters are registered. */
  static List<String> formats(DeviceClass deviceClass) {
    Set<String> known = Emitter.all().stream().map(Emitter::format).collect(Collectors.toSet());
    return wanted(deviceClass).stream().filter(known::contains).toList();
  }

  private static List<String> wanted(DeviceClass deviceClass) {
    return switch (deviceClass) {
      case CPU -> List.of(OnnxEmitter.FORMAT);
      case MCU -> List.of(CEmitter.FORMAT, "tflite-int8");
      case DSP, FPGA -> List.of("onnx-int8");
      case MOBILE_GPU -> List.of("tflite", "onnx-float16");
    };
  }

  /**
   * The formats besides float32 ONNX.
   *
   * @param asked those of the request; none for those of the class
   */
  static List<String> besidesOnnx(List<String> asked, DeviceClass deviceClass) {
    Stream<String> formats = (asked.isEmpty() ? formats(deviceClass) : asked).stream();
    return formats.filter(f -> !f.equals(OnnxEmitter.FORMAT)).distinct().toList();
  }

  /**
   * How a target runs what it gets: emitted C where it takes 8-bit integers and C is among its
   * formats.
   *
   * @param asked formats of the request; none for those of the class
   */
  static Execution execution(List<String> asked, ProfileDescription target) {
    boolean c =
        target.precision() == Precision.INT8
            && besidesOnnx(asked, target.deviceClass()).contains(CEmitter.FORMAT);
    return c ? new Execution.EmittedC() : new Execution.NodeByNode(target.precision());
  }
}
