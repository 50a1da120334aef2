package io.vmferry.lab.mutants;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.util.List;
import java.util.Objects;

/** Applies the edits of a mutant to class files. */
public final class Planting {

    private final ClassFile classFile;
    private final ClassLoader loader;

    /**
     * An instance for the classes of a loader.
     *
     * @param loader knows the classes that the changed ones refer to
     */
    public Planting(ClassLoader loader) {
        this.loader = loader;
        this.classFile =
                ClassFile.of(
                        ClassFile.ClassHierarchyResolverOption.of(
                                ClassHierarchyResolver.ofResourceParsing(loader)
                                        .orElse(ClassHierarchyResolver.defaultResolver())));
    }

    /**
     * Applies all edits of a mutant to a class.
     *
     * @return the class file with the mutant in it
     * @throws EditMissedException when one of them does not find the code that it expects
     */
    public byte[] plant(Mutant mutant, String internalName, byte[] bytes)
            throws EditMissedException {
        byte[] changed = bytes;
        for (Edit edit : mutant.edits()) {
            if (edit.method().internalClassName().equals(internalName)) {
                changed = plantVerified(edit, changed);
            }
        }
        return changed;
    }

    /**
     * Applies an edit and verifies the result: a changed type there would give code that no JVM
     * loads.
     */
    private byte[] plantVerified(Edit edit, byte[] bytes) throws EditMissedException {
        try {
            byte[] changed = plant(edit, bytes);
            List<VerifyError> errors = classFile.verify(changed);
            if (!errors.isEmpty()) {
                throw new EditMissedException(
                        "%s does not fit: %s".formatted(edit, errors.getFirst().getMessage()));
            }
            return changed;
        } catch (IllegalArgumentException e) {
            throw new EditMissedException("%s does not fit: %s".formatted(edit, e.getMessage()));
        }
    }

    /** Checks that all edits of a mutant can be applied. */
    public void check(Mutant mutant) throws EditMissedException {
        for (String name : mutant.classNames()) {
            String internal = name.replace('.', '/');
            plant(mutant, internal, read(internal));
        }
    }

    /** The class file as it was built. */
    byte[] read(String internalName) throws EditMissedException {
        try (InputStream in = loader.getResourceAsStream(internalName + ".class")) {
            if (in == null) {
                throw new EditMissedException("There is no class " + internalName);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new EditMissedException(internalName + ": " + e.getMessage());
        }
    }

    private byte[] plant(Edit edit, byte[] bytes) throws EditMissedException {
        ClassModel model = classFile.parse(bytes);
        List<MethodModel> methods =
                model.methods().stream()
                        .filter(method -> edit.method().holds(method.methodName().stringValue()))
                        .filter(method -> method.code().isPresent())
                        .toList();
        if (methods.isEmpty()) {
            throw new EditMissedException(
                    "There is no method %s: %s".formatted(edit.method(), edit));
        }
        return switch (edit) {
            case Edit.Return returns -> returning(model, methods, returns);
            case Edit.AtSite site -> atSite(model, methods, site);
            case Edit.NumberChanged number -> changing(model, methods, number);
        };
    }

    private byte[] returning(ClassModel model, List<MethodModel> methods, Edit.Return edit)
            throws EditMissedException {
        List<MethodModel> named =
                methods.stream()
                        .filter(m -> m.methodName().equalsString(edit.method().name()))
                        .toList();
        require(named.size(), 1, "methods of that name", edit);
        MethodModel only = named.getFirst();
        return classFile.transformClass(
                model,
                ClassTransform.transformingMethods(
                        method -> same(method, only),
                        (builder, element) -> {
                            if (element instanceof CodeModel) {
                                builder.withCode(code -> {
                                    Instructions.constant(
                                            code,
                                            only.methodTypeSymbol().returnType(),
                                            edit.value());
                                    Instructions.leave(code, only.methodTypeSymbol().returnType());
                                });
                            } else {
                                builder.with(element);
                            }
                        }));
    }

    private byte[] atSite(ClassModel model, List<MethodModel> methods, Edit.AtSite edit)
            throws EditMissedException {
        SiteEdit change = SiteEdit.of(edit);
        int seen = 0;
        MethodModel holder = null;
        int ordinalInHolder = 0;
        for (MethodModel method : methods) {
            int here = count(method, change);
            if (holder == null && seen + here >= edit.site().ordinal()) {
                holder = method;
                ordinalInHolder = edit.site().ordinal() - seen;
            }
            seen += here;
        }
        require(seen, edit.site().count(), "times " + edit.site(), edit);
        return changing(model, Objects.requireNonNull(holder), change, ordinalInHolder);
    }

    private byte[] changing(ClassModel model, List<MethodModel> methods, Edit.NumberChanged edit)
            throws EditMissedException {
        SiteEdit change = SiteEdit.of(edit);
        MethodModel holder = null;
        int seen = 0;
        for (MethodModel method : methods) {
            int here = count(method, change);
            holder = here > 0 ? method : holder;
            seen += here;
        }
        require(seen, 1, "times " + edit.from(), edit);
        return changing(model, Objects.requireNonNull(holder), change, 1);
    }

    private static int count(MethodModel method, SiteEdit change) {
        int count = 0;
        for (CodeElement element : method.code().orElseThrow()) {
            if (change.matches(element)) {
                count++;
            }
        }
        return count;
    }

    private byte[] changing(ClassModel model, MethodModel holder, SiteEdit change, int ordinal) {
        CodeTransform transform =
                CodeTransform.ofStateful(() -> {
                    int[] seen = {0};
                    return (code, element) -> {
                        if (change.matches(element) && ++seen[0] == ordinal) {
                            change.write(code, element);
                        } else {
                            code.with(element);
                        }
                    };
                });
        return classFile.transformClass(
                model,
                ClassTransform.transformingMethods(
                        method -> same(method, holder),
                        MethodTransform.transformingCode(transform)));
    }

    private static boolean same(MethodModel one, MethodModel other) {
        return one.methodName().equals(other.methodName())
                && one.methodType().equals(other.methodType());
    }

    private static void require(int seen, int expected, String what, Edit edit)
            throws EditMissedException {
        if (seen != expected) {
            throw new EditMissedException(
                    "%s has %d %s, expected %d: %s"
                            .formatted(edit.method(), seen, what, expected, edit));
        }
    }
}
