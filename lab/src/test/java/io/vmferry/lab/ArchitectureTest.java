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
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Modules and packages depend only on those below them. */
class ArchitectureTest {

    private static final JavaClasses OURS =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .withImportOption(location -> !location.contains("-tests.jar"))
                    .importPackages("io.vmferry");

    /** RECV_BITMAP: QEMU gave the command that asks for a bitmap and its answer one name. */
    private static final String NAMED_BY_QEMU = "RecvBitmap";

    @ParameterizedTest
    @ValueSource(strings = {"protocol", "machine", "source", "dest", "tools", "lab"})
    void everyModuleIsImported(String module) {
        assertThat(OURS.that(resideInAPackage("io.vmferry." + module + ".."))).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "protocol,nothing",
        "machine,protocol",
        "source,protocol|machine",
        "dest,protocol|machine",
        "tools,protocol|machine|source|dest"
    })
    void aModuleDependsOnlyOnThoseBelow(String module, String below) {
        DescribedPredicate<JavaClass> elsewhere =
                resideInAPackage("io.vmferry..")
                        .and(resideOutsideOfPackage("io.vmferry." + module + ".."));
        for (String allowed : below.split("\\|", -1)) {
            elsewhere = elsewhere.and(resideOutsideOfPackage("io.vmferry." + allowed + ".."));
        }
        noClasses()
                .that()
                .resideInAPackage("io.vmferry." + module + "..")
                .should()
                .dependOnClassesThat(elsewhere.as("belong to a module beside or above"))
                .check(OURS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"protocol", "machine", "source", "dest", "tools", "lab"})
    void packagesFormNoCycle(String module) {
        slices().matching("io.vmferry." + module + ".(*)..")
                .should()
                .beFreeOfCycles()
                .allowEmptyShould(true)
                .check(OURS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"source.outgoing", "dest.incoming"})
    void anEngineDoesNoInputOutputReadsNoClockAndStartsNoThread(String engine) {
        noClasses()
                .that()
                .resideInAPackage("io.vmferry." + engine + "..")
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
    void aSimpleNameHasOneMeaning() {
        Map<String, List<String>> classes =
                OURS.stream()
                        .filter(c -> !c.isAnonymousClass())
                        .map(JavaClass::getName)
                        .filter(name -> !name.endsWith("package-info"))
                        .collect(Collectors.groupingBy(ArchitectureTest::simpleName));
        classes.values().removeIf(names -> names.size() == 1);
        assertThat(classes).as("simple names of several classes").containsOnlyKeys(NAMED_BY_QEMU);
    }

    private static String simpleName(String name) {
        return name.substring(Math.max(name.lastIndexOf('.'), name.lastIndexOf('$')) + 1);
    }

    @Test
    void namesSayWhatAThingIs() {
        noClasses().should().haveNameMatching(".*(Manager|Helper|Impl|Utils?)(\\$.*)?").check(OURS);
    }
}
