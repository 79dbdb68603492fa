package dev.espalier.run;

/**
 * A target that a run goes on without, since its profile cannot be used.
 *
 * @param name of the target, or of its profile's folder where that is not known
 * @param reason what is wrong, and how to mend it
 */
public record FailedTarget(String name, String reason) {}
