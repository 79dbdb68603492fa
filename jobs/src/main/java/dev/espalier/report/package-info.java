/**
 * How results are shown to people: as text at the end of a search, and as {@code report.html}, a
 * page that holds all it shows and needs no network.
 *
 * <p>A report is made from the folder of a published run alone ({@link
 * dev.espalier.report.RunReport}): {@code run.json}, {@code timings.json}, the Parquet tables and
 * the cards of the models. Numbers keep the words for what they are: measured, emulated, modelled
 * or predicted. Nothing that comes from outside is ever markup: Java writes it as JSON, in which no
 * {@code <} is left, and the page's script sets it as text.
 */
package dev.espalier.report;
