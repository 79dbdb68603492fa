package dev.espalier.search;

class EvolutionEngineContractTest extends SearchEngineContract {
  @Override
  String engine() {
    return "evolution";
  }
}
