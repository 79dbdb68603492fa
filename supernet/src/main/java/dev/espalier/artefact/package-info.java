/**
 * Files that other programs will trust: digests, strict JSON, and folders that appear whole or not
 * at all.
 *
 * <p>All paths are Hadoop paths ({@code file:}, {@code hdfs:}, {@code s3a:}). Writes go to a hidden
 * sibling of their destination and are published by one rename; a reader never sees a half.
 * Whatever is missing, corrupt or cannot be written is an {@link
 * dev.espalier.artefact.ArtefactException} that names the path and the remedy.
 */
package dev.espalier.artefact;
