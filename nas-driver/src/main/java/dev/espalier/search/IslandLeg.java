package dev.espalier.search;

import dev.espalier.space.Architecture;
import java.util.List;

/**
 * What one island does between two exchanges: a search of its own that begins with what came to it.
 *
 * @param island its number, from 0
 * @param number of the leg, from 0
 * @param settings of this leg, seeded by both
 */
public record IslandLeg(int island, int number, SearchSettings settings) {
  /**
   * A leg's settings.
   *
   * @param whole of the search
   * @param migrants that it begins with, distinct
   * @param generations of the leg
   */
  static IslandLeg of(
      SearchSettings whole, int island, int number, List<Architecture> migrants, int generations) {
    long seed = CandidateStreams.stream(whole.seed(), island, number).nextLong();
    return of(
        new Ticket(
            island,
            number,
            seed,
            migrants,
            whole.population(),
            generations,
            whole.candidates(),
            whole.mutation(),
            whole.referenceAccuracy(),
            // One island is enough for what every other would find again.
            island == 0 && number == 0 ? whole.start() : SearchSettings.Start.RANDOM));
  }

  /** What a leg's settings are made from, to be sent. */
  public record Ticket(
      int island,
      int number,
      long seed,
      List<Architecture> migrants,
      int population,
      int generations,
      int candidates,
      double mutation,
      double referenceAccuracy,
      SearchSettings.Start start) {
    public Ticket {
      migrants = List.copyOf(migrants);
    }
  }

  /** The leg of a ticket. */
  public static IslandLeg of(Ticket ticket) {
    return new IslandLeg(
        ticket.island(),
        ticket.number(),
        SearchSettings.builder()
            .seed(ticket.seed())
            .population(ticket.population())
            .generations(ticket.generations())
            .evaluations(
                (int)
                    Math.min(
                        Integer.MAX_VALUE,
                        (long) ticket.population() * ticket.generations()
                            + ticket.migrants().size()))
            .candidates(ticket.candidates())
            .mutation(ticket.mutation())
            .referenceAccuracy(ticket.referenceAccuracy())
            .start(ticket.start())
            .warmStart(ticket.migrants())
            .build());
  }

  /** What travels. */
  public Ticket ticket() {
    return new Ticket(
        island,
        number,
        settings.seed(),
        settings.warmStart(),
        settings.population(),
        settings.generations(),
        settings.candidates(),
        settings.mutation(),
        settings.referenceAccuracy(),
        settings.start());
  }

  /**
   * What a leg found.
   *
   * @param targets one for each target of the problem
   * @param evaluations candidates scored in this leg
   * @param duplicates proposals that were scored before in this leg
   * @param rejected proposals that met no budget
   */
  public record Found(
      List<SolvedTarget> targets, long evaluations, long duplicates, long rejected) {
    public Found {
      targets = List.copyOf(targets);
    }

    /** Of a leg's outcome. */
    public static Found of(SearchOutcome outcome) {
      List<GenerationRecord> records = outcome.generations();
      return new Found(
          outcome.targets().stream().map(SolvedTarget::of).toList(),
          outcome.evaluations(),
          outcome.duplicates(),
          records.isEmpty() ? 0 : records.get(records.size() - 1).rejected());
    }
  }
}
