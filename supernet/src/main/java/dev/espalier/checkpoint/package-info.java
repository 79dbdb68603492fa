/**
 * Weights and trained supernets as files: safetensors, and the supernet folder with its digests.
 *
 * <p>Equal content gives equal bytes. Whatever is read is checked against its digests, against the
 * format, and against the parameters that the network's walk needs, before anybody sees it.
 */
package dev.espalier.checkpoint;
