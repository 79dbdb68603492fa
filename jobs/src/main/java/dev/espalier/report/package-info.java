/** How results are shown to people. */
package dev.espalier.report;
