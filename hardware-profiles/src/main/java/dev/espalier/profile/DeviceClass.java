package dev.espalier.profile;

/** What kind of device a profile describes. */
public enum DeviceClass {
  CPU,
  MCU,
  DSP,
  FPGA,
  MOBILE_GPU
}
