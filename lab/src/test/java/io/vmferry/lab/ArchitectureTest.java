package io.vmferry.lab;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The house has floors and arrows point down only. */
class ArchitectureTest {

    private static final JavaClasses OURS =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .withImportOption(location -> !location.contains("-tests.jar"))
                    .importPackages("io.vmferry");

    @ParameterizedTest
    @ValueSource(strings = {"protocol", "machine", "source", "dest", "tools", "lab"})
    void everyFloorIsSeen(String floor) {
        assertThat(OURS.that(resideInAPackage("io.vmferry." + floor + ".."))).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "protocol,nothing",
        "machine,protocol",
        "source,protocol|machine",
        "dest,protocol|machine",
        "tools,protocol|machine|source|dest"
    })
    void aFloorRestsOnlyOnThoseBelow(String floor, String below) {
        DescribedPredicate<JavaClass> elsewhere =
                resideInAPackage("io.vmferry..")
                        .and(resideOutsideOfPackage("io.vmferry." + floor + ".."));
        for (String allowed : below.split("\\|", -1)) {
            elsewhere = elsewhere.and(resideOutsideOfPackage("io.vmferry." + allowed + ".."));
        }
        noClasses()
                .that()
                .resideInAPackage("io.vmferry." + floor + "..")
                .should()
                .dependOnClassesThat(elsewhere.as("belong to a floor beside or above"))
                .check(OURS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"protocol", "machine", "source", "dest", "tools", "lab"})
    void roomsFormNoCycle(String floor) {
        slices().matching("io.vmferry." + floor + ".(*)..")
                .should()
                .beFreeOfCycles()
                .allowEmptyShould(true)
                .check(OURS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"source.outgoing", "dest.incoming"})
    void anEngineDoesNoInputOutputReadsNoClockAndStartsNoThread(String room) {
        noClasses()
                .that()
                .resideInAPackage("io.vmferry." + room + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.netty.channel..",
                        "java.net..",
                        "java.nio.channels..",
                        "java.nio.file..")
                .orShould()
                .dependOnClassesThat()
                .belongToAnyOf(
                        Thread.class,
                        java.time.Clock.class,
                        java.time.Instant.class,
                        java.util.concurrent.Executors.class,
                        java.util.concurrent.CompletableFuture.class,
                        java.io.InputStream.class,
                        java.io.OutputStream.class)
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .check(OURS);
    }

    @Test
    void namesSayWhatAThingIs() {
        noClasses().should().haveNameMatching(".*(Manager|Helper|Impl|Utils?)(\\$.*)?").check(OURS);
    }
}
