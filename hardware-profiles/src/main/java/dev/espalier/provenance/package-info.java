/**
 * Where a number comes from: measured on a device, emulated, or modelled. The three words are never
 * exchanged for one another, and a number does not travel without its provenance.
 *
 * <p>What differs between numbers of one origin (samples, spread) is kept beside each number; what
 * they share is here.
 */
package dev.espalier.provenance;
