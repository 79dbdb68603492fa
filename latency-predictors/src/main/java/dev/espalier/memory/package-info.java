/**
 * The memory an architecture needs while it runs: the peak of its activations and its weights, both
 * exact for what is emitted. {@link dev.espalier.memory.Execution} says how it is run and what is
 * counted: node by node by some engine, or as C for a microcontroller, whose arena is laid out by
 * the same model ({@link dev.espalier.microcontroller.ArenaNeed}).
 *
 * <p>{@link dev.espalier.memory.ActivationSchedule} defines the schedule and finds the peak of any
 * graph; {@link dev.espalier.memory.OperatorMemory} is the same in closed form for one operator, so
 * that a {@link dev.espalier.memory.MemoryModel} of a whole space is table reads. Where operators
 * are no chain, as in cells, the order of least peak is found exactly. {@link
 * dev.espalier.memory.PatchSchedule} runs the first operators patch by patch. Neither code is
 * counted, nor what a runtime needs besides.
 *
 * <p>Papers: Lin et al., MCUNet, NeurIPS 2020; Lin et al., MCUNetV2, NeurIPS 2021.
 */
package dev.espalier.memory;
