package dev.espalier.search;

class RandomEngineContractTest extends SearchEngineContract {
  @Override
  String engine() {
    return "random";
  }
}
