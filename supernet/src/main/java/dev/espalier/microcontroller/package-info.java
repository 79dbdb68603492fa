/**
 * C for microcontrollers: a quantised graph becomes one pair of C11 files without heap and without
 * dependencies, its weights constant, its activations in one static arena, its kernels inlined for
 * the shapes at hand (in the manner of TinyEngine: Lin et al., MCUNet, NeurIPS 2020, section 3.2).
 *
 * <p>What it computes is what {@link dev.espalier.graph.IntegerReference} computes, bit for bit.
 *
 * <p>From {@link dev.espalier.microcontroller.Kernels} (which steps a graph takes) by {@link
 * dev.espalier.microcontroller.ArenaPlan} (where each feature map lies) to {@link
 * dev.espalier.microcontroller.MicrocontrollerModel} (the files). Memory depends on shapes alone:
 * {@link dev.espalier.microcontroller.OperatorKernels} has those of a network that is not yet
 * extracted, {@link dev.espalier.microcontroller.ArenaNeed} what they need, and {@link
 * dev.espalier.microcontroller.Patches} how the first of them run patch by patch; {@link
 * dev.espalier.microcontroller.Firmware} compiles and runs them, on the host or on an emulated
 * board.
 */
package dev.espalier.microcontroller;
