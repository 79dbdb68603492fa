package dev.espalier.search;

class ExactEngineContractTest extends SearchEngineContract {
  @Override
  String engine() {
    return "exact";
  }
}
