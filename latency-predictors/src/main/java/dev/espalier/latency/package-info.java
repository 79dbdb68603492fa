/**
 * From sums over operators to the latency of whole networks: how far summing is off, and an open
 * model of what it leaves out.
 */
package dev.espalier.latency;
