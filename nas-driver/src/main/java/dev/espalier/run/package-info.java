/**
 * From a request to published results: what is asked, in which order it is answered, and how it is
 * stored.
 *
 * <p>A {@link dev.espalier.run.SearchRequest} is read strictly: every problem of a request is
 * reported, all of them at once, before anything is computed or written. A run is published by one
 * rename, so that a reader never sees half of one. Everything that is digested depends on the
 * request, its seed and its inputs alone; times, host names and measured latencies live in files of
 * their own.
 */
package dev.espalier.run;
