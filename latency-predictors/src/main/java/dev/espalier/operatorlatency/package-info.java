/**
 * Latency models of operators, fitted to operators or whole networks that were measured on a
 * device, and their errors on what the fit did not see.
 *
 * <p>A {@link dev.espalier.operatorlatency.MeasuredWork} is one measured value; {@link
 * dev.espalier.operatorlatency.SampleForm}s read them from files of several forms; {@link
 * dev.espalier.operatorlatency.OperatorLatencyFit} fits a {@link
 * dev.espalier.work.OperatorLatencyModel} with non-negative weights; {@link
 * dev.espalier.operatorlatency.BoardTransfer} carries one to another device with a few anchors.
 */
package dev.espalier.operatorlatency;
