/**
 * Strict reading of the small YAML and JSON documents that people write.
 *
 * <p>An object is read member by member through {@link dev.espalier.document.Fields}, a member as a
 * {@link dev.espalier.document.Value}; every problem is collected with its line, unknown and
 * repeated keys included, and all of them are thrown once, as one {@link
 * dev.espalier.document.InvalidDocumentException}.
 */
package dev.espalier.document;
