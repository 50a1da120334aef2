package io.vmferry.lab.mutants;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;

/**
 * The methods of {@link Substitutes}, read from its class file: loading it would load the classes
 * that it uses before a mutant is planted in them.
 */
final class Substitution {

    private static final String NAME = "io/vmferry/lab/mutants/Substitutes";

    static final ClassDesc OWNER = ClassDesc.ofInternalName(NAME);

    private Substitution() {}

    /** The descriptor of a substitute. */
    static MethodTypeDesc type(String name) throws EditMissedException {
        for (MethodModel method : substitutes().methods()) {
            if (method.methodName().equalsString(name)) {
                return method.methodTypeSymbol();
            }
        }
        throw new EditMissedException("There is no substitute " + name);
    }

    private static ClassModel substitutes() {
        try (InputStream in =
                Substitution.class.getClassLoader().getResourceAsStream(NAME + ".class")) {
            return ClassFile.of().parse(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
