/**
 * Importers: latency tables that others published, in their own forms, become profiles.
 *
 * <p>A {@link dev.espalier.importer.TableImporter} knows one form: the key of an entry becomes an
 * {@link dev.espalier.operator.Operator}, its numbers become microseconds, and nothing else is
 * known of them. What a table cannot say of itself (device, runtime, precision, threads, date) is
 * never guessed: it comes from whoever imports, as a {@link
 * dev.espalier.profile.ProfileDescription}. A spread or a number of samples that was not published
 * stays unknown.
 *
 * <p>Reading is strict: every entry that is no latency of an operator is named with its file and
 * line, all of them together, and then nothing is imported.
 *
 * <p>Forms: Cai et al., <em>Once-for-All</em>, ICLR 2020 ({@code ofa-yaml}); Cai et al.,
 * <em>ProxylessNAS</em>, ICLR 2019 ({@code proxyless-yaml}); Vitis profiler summaries of OFA's
 * blocks on an Ultra96-V2 ({@code ultra96-csv}); any CSV with a mapping ({@code csv}).
 */
package dev.espalier.importer;
