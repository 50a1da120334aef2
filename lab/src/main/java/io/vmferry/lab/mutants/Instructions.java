package io.vmferry.lab.mutants;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.util.List;

/** The bytecode instructions that edits insert. */
final class Instructions {

    private Instructions() {}

    /** Pushes a value of a type onto the stack; nothing for void. */
    static void constant(CodeBuilder code, ClassDesc type, long value) {
        switch (TypeKind.from(type)) {
            case VOID -> {
                // void has no value
            }
            case LONG -> code.loadConstant(value);
            case FLOAT -> code.loadConstant((float) value);
            case DOUBLE -> code.loadConstant((double) value);
            case REFERENCE -> code.aconst_null();
            case BOOLEAN, BYTE, CHAR, SHORT, INT -> code.loadConstant((int) value);
        }
    }

    /** Returns what is on the stack. */
    static void leave(CodeBuilder code, ClassDesc type) {
        code.return_(TypeKind.from(type).asLoadable());
    }

    /** Pops the arguments of a call and its receiver. */
    static void dropArguments(CodeBuilder code, InvokeInstruction call) {
        List<ClassDesc> parameters = call.typeSymbol().parameterList();
        parameters.reversed().forEach(parameter -> drop(code, parameter));
        if (call.opcode() != Opcode.INVOKESTATIC) {
            code.pop();
        }
    }

    /** Pops a value. */
    static void drop(CodeBuilder code, ClassDesc type) {
        if (TypeKind.from(type).slotSize() == 2) {
            code.pop2();
        } else {
            code.pop();
        }
    }

    /** Adds to the number on the stack. */
    static void add(CodeBuilder code, ClassDesc type, int by) {
        switch (TypeKind.from(type)) {
            case INT -> code.loadConstant(by).iadd();
            case LONG -> code.loadConstant((long) by).ladd();
            default ->
                    throw new IllegalArgumentException(
                            "Expected a number to add to, found a " + type);
        }
    }
}
