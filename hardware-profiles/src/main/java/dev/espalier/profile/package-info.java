/**
 * Hardware profiles: a device, its limits, what its numbers are and where they come from.
 *
 * <p>A profile is a folder of {@code profile.yaml} and {@code latency.csv}, or {@code
 * networks.csv}, or both. The first holds the digests of the others, so that a table which was
 * altered is noticed. Every entry's origin has its provenance in the profile. Whether the sum over
 * operators tells the latency of whole networks is not assumed: it is {@linkplain
 * dev.espalier.profile.Additivity recorded} where it was checked.
 */
package dev.espalier.profile;
