package dev.espalier.importer;

import dev.espalier.profile.HardwareProfile;

/**
 * A profile that was imported, and is not written yet.
 *
 * @param profile with its table
 * @param table with what became of the entries of its files
 */
public record ImportedProfile(HardwareProfile profile, ImportedTable table) {}
