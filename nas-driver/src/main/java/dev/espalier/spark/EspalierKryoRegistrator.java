package dev.espalier.spark;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import dev.espalier.accuracy.AccuracyMeasurement;
import dev.espalier.accuracy.AdditiveAccuracyPredictor;
import dev.espalier.accuracy.AdditivePart;
import dev.espalier.accuracy.AdditiveWeighting;
import dev.espalier.accuracy.CorrectedAccuracyPredictor;
import dev.espalier.accuracy.MeasurementConditions;
import dev.espalier.accuracy.MlpAccuracyPredictor;
import dev.espalier.accuracy.MlpEnsemble;
import dev.espalier.accuracy.PredictorError;
import dev.espalier.accuracy.SpaceDefinition;
import dev.espalier.dataset.ImageSet;
import dev.espalier.dataset.Preprocessing;
import dev.espalier.run.EmittedSubnet;
import dev.espalier.run.EvaluationImages;
import dev.espalier.run.FormatDeployment;
import dev.espalier.search.CostColumns;
import dev.espalier.search.IslandLeg;
import dev.espalier.search.SearchSettings;
import dev.espalier.search.SolvedTarget;
import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.Architecture;
import dev.espalier.space.MaxFunction;
import dev.espalier.space.SlotFunction;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.serializer.KryoRegistrator;

/**
 * Registers every type that Espalier ships, so that {@code spark.kryo.registrationRequired=true}
 * holds. The order decides on class numbers within one application only; nothing is stored with
 * them.
 */
public final class EspalierKryoRegistrator implements KryoRegistrator {
  /** Of Spark's own, for sessions, MLlib's linear regression, and Parquet; some are not public. */
  private static final List<String> SPARK_CLASSES =
      List.of(
          "scala.reflect.ClassTag$GenericClassTag",
          "org.apache.spark.broadcast.TorrentBroadcast",
          "org.apache.spark.storage.BroadcastBlockId",
          "org.apache.spark.ml.optim.WeightedLeastSquares$Aggregator",
          "org.apache.spark.ml.optim.aggregator.LeastSquaresBlockAggregator",
          "org.apache.spark.ml.stat.SummarizerBuffer",
          "org.apache.spark.ml.stat.SummaryBuilderImpl$ComputeL1$",
          "org.apache.spark.ml.stat.SummaryBuilderImpl$ComputeM2$",
          "org.apache.spark.ml.stat.SummaryBuilderImpl$ComputeM2n$",
          "org.apache.spark.ml.stat.SummaryBuilderImpl$ComputeMean$",
          "org.apache.spark.ml.stat.SummaryBuilderImpl$ComputeWeightSum$",
          "org.apache.spark.ml.stat.SummaryBuilderImpl$Count$",
          "org.apache.spark.ml.stat.SummaryBuilderImpl$Mean$",
          "org.apache.spark.ml.stat.SummaryBuilderImpl$NormL1$",
          "org.apache.spark.ml.stat.SummaryBuilderImpl$NormL2$",
          "org.apache.spark.ml.stat.SummaryBuilderImpl$Std$",
          "org.apache.spark.ml.stat.SummaryBuilderImpl$Variance$",
          "org.apache.spark.sql.types.ArrayType",
          "org.apache.spark.sql.types.MapType",
          "org.apache.spark.sql.types.NullType$",
          "[Lorg.apache.spark.sql.types.DataType;",
          "[Lorg.apache.spark.util.io.ChunkedByteBuffer;");

  /** Made by Spark's Kryo serialiser through its public constructor without arguments. */
  public EspalierKryoRegistrator() {}

  @Override
  public void registerClasses(Kryo kryo) {
    ImmutableListSerializer lists = new ImmutableListSerializer();
    for (Class<?> list :
        List.of(
            List.of(1).getClass(), List.of(1, 2, 3).getClass(), Stream.of(1).toList().getClass())) {
      kryo.register(list, lists);
    }
    kryo.register(Architecture.class);
    kryo.register(EmittedSubnet.class);
    kryo.register(CostColumns.class);
    kryo.register(SlotFunction[].class);
    kryo.register(AccuracyMeasurement[].class);
    kryo.register(ImageSet.class);
    kryo.register(EvaluationInputs.class, new EvaluationInputs.Form());
    record(kryo, EvaluationImages.class);
    record(kryo, Preprocessing.class);
    record(kryo, SpaceDefinition.class);
    record(kryo, SparkCandidateScorer.Scoring.class);
    kryo.register(AdditiveFunction.class);
    kryo.register(MaxFunction.class);
    kryo.register(int[][].class);
    kryo.register(double[][].class);
    kryo.register(byte[][].class);
    record(kryo, TargetShipment.Common.class);
    record(kryo, IslandShipment.class);
    record(kryo, IslandLeg.Ticket.class);
    record(kryo, IslandLeg.Found.class);
    kryo.register(IslandLeg.Found[].class);
    kryo.register(SearchSettings.Start.class);
    record(kryo, SolvedTarget.class);
    record(kryo, SolvedTarget.Answer.class);
    record(kryo, SolvedTarget.Scored.class);
    kryo.register(SolvedTarget[].class);
    kryo.register(SolvedTarget[][].class);
    record(kryo, AccuracyMeasurement.class);
    record(kryo, MeasurementConditions.class);
    record(kryo, PredictorError.class);
    record(kryo, CorrectedAccuracyPredictor.class);
    kryo.register(AdditiveWeighting.class, new JavaSerializer());
    kryo.register(FormatDeployment.Order.class, new JavaSerializer());
    kryo.register(FormatDeployment.Outcome.class, new JavaSerializer());
    // These replace themselves by a proxy when written by Java serialisation.
    kryo.register(TargetShipment.class, new JavaSerializer());
    kryo.register(MlpAccuracyPredictor.class, new JavaSerializer());
    kryo.register(MlpEnsemble.class, new JavaSerializer());
    kryo.register(AdditiveAccuracyPredictor.class, new JavaSerializer());
    kryo.register(AdditivePart.class, new JavaSerializer());
    SPARK_CLASSES.forEach(name -> kryo.register(loaded(name)));
  }

  private static <T extends Record> void record(Kryo kryo, Class<T> type) {
    kryo.register(type, new RecordSerializer<>(type));
  }

  private static Class<?> loaded(String name) {
    try {
      return Class.forName(name, false, EspalierKryoRegistrator.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("this Spark has no " + name + ": use Spark 4.1 or 3.5", e);
    }
  }
}
