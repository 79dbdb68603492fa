/**
 * What a person looks at before a profile is trusted: costs by part of the network and kernel, and
 * steps that look wrong.
 */
package dev.espalier.review;
