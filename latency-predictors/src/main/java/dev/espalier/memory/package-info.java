/**
 * The memory an architecture needs while it runs: the peak of its activations and its weights, both
 * exact for the graph that is emitted.
 *
 * <p>{@link dev.espalier.memory.ActivationSchedule} defines the schedule and finds the peak of any
 * graph; {@link dev.espalier.memory.OperatorMemory} is the same in closed form for one operator, so
 * that a {@link dev.espalier.memory.MemoryModel} of a whole space is table reads. Where operators
 * are no chain, as in cells, the order of least peak is found exactly. {@link
 * dev.espalier.memory.PatchSchedule} runs the first operators patch by patch. Counted are feature
 * maps and weights; neither code, nor what a runtime needs besides.
 *
 * <p>Papers: Lin et al., MCUNet, NeurIPS 2020; Lin et al., MCUNetV2, NeurIPS 2021.
 */
package dev.espalier.memory;
