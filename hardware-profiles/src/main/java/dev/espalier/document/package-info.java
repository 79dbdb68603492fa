/**
 * Strict reading of the small YAML and JSON documents that people write.
 *
 * <p>An object is read member by member through {@link dev.espalier.document.Fields}; every problem
 * is collected, an unknown key is a problem, and all of them are thrown once, as one {@link
 * dev.espalier.document.InvalidDocumentException}.
 */
package dev.espalier.document;
