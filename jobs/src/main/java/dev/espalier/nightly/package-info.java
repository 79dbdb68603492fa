/**
 * A fleet searched night after night, each time as little as changed.
 *
 * <p>Invariants: what changed is decided by digests alone; a night is published by one rename and
 * becomes the latest by another, so that a night that is killed leaves the store as it was; a model
 * is replaced for a stated reason or not at all; a night in which nothing changed writes its log
 * and nothing else.
 *
 * <p>{@link dev.espalier.nightly.NightlyStore} draws the store.
 */
package dev.espalier.nightly;
