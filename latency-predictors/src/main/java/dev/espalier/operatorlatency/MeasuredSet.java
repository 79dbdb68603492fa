package dev.espalier.operatorlatency;

import java.util.List;

/**
 * What a form made of files.
 *
 * @param source data and device in words, without their number
 * @param grouping what a group of values is, as in {@code input shape}
 * @param values to fit, in the order of the files
 * @param others measured on other devices of the files, by device, to judge a transfer on; may be
 *     empty
 * @param leftOut places that were left out, with the reason
 */
public record MeasuredSet(
    String source,
    String grouping,
    List<MeasuredWork> values,
    List<OtherDevice> others,
    List<String> leftOut) {
  /**
   * Another device.
   *
   * @param name as the files have it
   * @param values measured on it
   */
  public record OtherDevice(String name, List<MeasuredWork> values) {
    public OtherDevice {
      values = List.copyOf(values);
    }
  }

  public MeasuredSet {
    values = List.copyOf(values);
    others = List.copyOf(others);
    leftOut = List.copyOf(leftOut);
  }
}
