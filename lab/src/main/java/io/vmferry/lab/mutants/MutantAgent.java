package io.vmferry.lab.mutants;

import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.security.ProtectionDomain;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The Java agent that plants one mutant into the classes of a JVM as they are loaded. */
public final class MutantAgent {

    private static final Set<String> PLANTED = ConcurrentHashMap.newKeySet();
    private static volatile Optional<String> failure = Optional.empty();

    private MutantAgent() {}

    /**
     * Called by the JVM before its program.
     *
     * @param name of the mutant
     */
    public static void premain(String name, Instrumentation instrumentation) {
        Mutant mutant = Mutants.of(name);
        instrumentation.addTransformer(new Transformer(mutant));
    }

    /**
     * Loads all classes of a mutant.
     *
     * @throws EditMissedException when it is not in each of them
     */
    public static void requirePlanted(Mutant mutant) throws EditMissedException {
        for (String className : mutant.classNames()) {
            try {
                Class.forName(className);
            } catch (ClassNotFoundException e) {
                throw new EditMissedException("There is no class " + className);
            }
            if (!PLANTED.contains(className)) {
                throw new EditMissedException(
                        failure.orElse(className + " was loaded without the mutant in it"));
            }
        }
    }

    private record Transformer(Mutant mutant) implements ClassFileTransformer {

        @Override
        public byte @Nullable [] transform(
                ClassLoader loader,
                String internalName,
                Class<?> redefined,
                ProtectionDomain domain,
                byte[] bytes) {
            String className = internalName == null ? "" : internalName.replace('/', '.');
            if (!mutant.classNames().contains(className)) {
                return null;
            }
            try {
                byte[] changed = new Planting(loader).plant(mutant, internalName, bytes);
                PLANTED.add(className);
                return changed;
            } catch (EditMissedException | RuntimeException e) {
                // the JVM would ignore an exception here
                failure = Optional.of(String.valueOf(e.getMessage()));
                return null;
            }
        }
    }
}
