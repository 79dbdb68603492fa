/**
 * The command line: what a person or a script types, and what they see.
 *
 * <p>Exit status 0 is success, 2 bad input (one clear message, nothing written), 1 a failure (what
 * was finished is kept). Results go to standard output, everything else to standard error.
 */
package dev.espalier.cli;
