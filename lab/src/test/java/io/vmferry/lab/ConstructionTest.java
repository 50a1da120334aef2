package io.vmferry.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An object that hands itself to its parts while it is being made is not asked anything by them
 * yet: what the answer is would depend on the order of its fields.
 */
class ConstructionTest {

    private static final JavaClasses OURS =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("io.vmferry.source", "io.vmferry.dest");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "io.vmferry.source.outgoing.OutgoingSession",
                "io.vmferry.dest.incoming.IncomingMigration"
            })
    void nothingHalfMadeIsAsked(String name) {
        JavaClass made = OURS.get(name);
        List<String> asked = new ArrayList<>();
        Deque<JavaCodeUnit> left = new ArrayDeque<>(made.getConstructors());
        Set<JavaCodeUnit> seen = new HashSet<>(left);
        while (!left.isEmpty()) {
            JavaCodeUnit unit = left.remove();
            if (!unit.getOwner().equals(made)) {
                unit.getMethodCallsFromSelf().stream()
                        .filter(call -> call.getTargetOwner().equals(made))
                        .forEach(call -> asked.add(call.getDescription()));
            }
            callees(unit, made.getPackageName()).filter(seen::add).forEach(left::add);
        }
        assertThat(seen).as("what is run to make one").hasSizeGreaterThan(5);
        assertThat(asked).isEmpty();
    }

    /** Constructors in the engine's rooms, and what the class itself runs in its own. */
    private static Stream<JavaCodeUnit> callees(JavaCodeUnit unit, String engine) {
        Stream<JavaCodeUnit> made =
                unit.getConstructorCallsFromSelf().stream()
                        .map(call -> call.getTarget())
                        .filter(target -> target.getOwner().getPackageName().startsWith(engine))
                        .flatMap(ConstructionTest::resolved);
        Stream<JavaCodeUnit> own =
                unit.getMethodCallsFromSelf().stream()
                        .map(call -> call.getTarget())
                        .filter(target -> target.getOwner().equals(unit.getOwner()))
                        .flatMap(ConstructionTest::resolved);
        return Stream.concat(made, own);
    }

    private static Stream<JavaCodeUnit> resolved(AccessTarget.CodeUnitCallTarget target) {
        return target.resolveMember().stream().map(JavaCodeUnit.class::cast);
    }
}
