package io.vmferry.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * No class of an engine needs itself by way of others, so that each can be made after all that it
 * uses, and be understood and tested without what uses it.
 *
 * <p>Who uses an interface of the engine counts as using its implementers: an interface in between
 * hides a cycle and does not undo it. Nested classes count as the class around them.
 */
class EngineClassesTest {

    @ParameterizedTest
    @ValueSource(strings = {"io.vmferry.source.outgoing", "io.vmferry.dest.incoming"})
    void formNoCycle(String engine) {
        Collection<JavaClass> classes =
                new ClassFileImporter()
                        .withImportOption(new ImportOption.DoNotIncludeTests())
                        .withImportOption(location -> !location.contains("-tests.jar"))
                        .importPackages(engine);
        Map<String, Set<String>> uses = uses(classes, EngineClassesTest::outermost);
        assertThat(uses).hasSizeGreaterThan(20);
        assertThat(cycle(uses)).isEmpty();
    }

    private interface Port {}

    private record Lower(Port port) {}

    private record Upper(Lower lower) implements Port {}

    @Test
    void aCycleIsSeenThroughAnInterface() {
        Collection<JavaClass> classes =
                new ClassFileImporter().importClasses(Port.class, Lower.class, Upper.class);
        assertThat(cycle(uses(classes, JavaClass::getSimpleName))).containsOnly("Lower", "Upper");
    }

    /** Which classes each class uses, itself left out. */
    private static Map<String, Set<String>> uses(
            Collection<JavaClass> classes, Function<JavaClass, String> name) {
        Map<String, Set<String>> uses = new TreeMap<>();
        for (JavaClass user : classes) {
            Set<String> used = uses.computeIfAbsent(name.apply(user), added -> new TreeSet<>());
            user.getDirectDependenciesFromSelf().stream()
                    .map(Dependency::getTargetClass)
                    .filter(classes::contains)
                    .flatMap(target -> withImplementers(user, target, classes))
                    .map(name)
                    .filter(other -> !other.equals(name.apply(user)))
                    .forEach(used::add);
        }
        return uses;
    }

    private static Stream<JavaClass> withImplementers(
            JavaClass user, JavaClass target, Collection<JavaClass> classes) {
        return target.isInterface() && !user.isAssignableTo(target.getName())
                ? classes.stream().filter(other -> other.isAssignableTo(target.getName()))
                : Stream.of(target);
    }

    private static String outermost(JavaClass nested) {
        String name = nested.getName();
        return name.contains("$") ? name.substring(0, name.indexOf('$')) : name;
    }

    /** The classes that use each other and so themselves; empty where there is no cycle. */
    private static List<String> cycle(Map<String, Set<String>> uses) {
        for (String start : uses.keySet()) {
            Set<String> reached = reached(start, uses);
            if (reached.contains(start)) {
                return reached.stream()
                        .filter(other -> reached(other, uses).contains(start))
                        .toList();
            }
        }
        return List.of();
    }

    private static Set<String> reached(String start, Map<String, Set<String>> uses) {
        Set<String> seen = new HashSet<>();
        Deque<String> left = new ArrayDeque<>(uses.get(start));
        while (!left.isEmpty()) {
            String next = left.remove();
            if (seen.add(next)) {
                left.addAll(uses.get(next));
            }
        }
        return seen;
    }
}
