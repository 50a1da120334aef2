package io.vmferry.lab.mutants;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * An edit of single instructions.
 *
 * @param wanted selects the instructions
 * @param writer writes their replacement
 */
record SiteEdit(Predicate<CodeElement> wanted, BiConsumer<CodeBuilder, CodeElement> writer) {

    boolean matches(CodeElement element) {
        return wanted.test(element);
    }

    void write(CodeBuilder code, CodeElement element) {
        writer.accept(code, element);
    }

    /** The change at a call or a field access. */
    static SiteEdit of(Edit.AtSite edit) throws EditMissedException {
        return switch (edit) {
            case Edit.CallResult e ->
                    call(
                            e.site(),
                            (code, call) -> {
                                Instructions.dropArguments(code, call);
                                ClassDesc type = call.typeSymbol().returnType();
                                Instructions.constant(code, type, e.result());
                            });
            case Edit.CallNegated e ->
                    call(e.site(), (code, call) -> code.with(call).iconst_1().ixor());
            case Edit.ArgumentShifted e ->
                    call(
                            e.site(),
                            (code, call) -> {
                                ClassDesc last = call.typeSymbol().parameterList().getLast();
                                Instructions.add(code, last, e.by());
                                code.with(call);
                            });
            case Edit.CallReplaced e -> replacing(e);
            case Edit.FieldValue e ->
                    field(
                            e.site(),
                            List.of(Opcode.GETFIELD),
                            (code, field) -> {
                                code.pop();
                                Instructions.constant(code, field.typeSymbol(), e.value());
                            });
            case Edit.FieldShifted e ->
                    field(
                            e.site(),
                            List.of(Opcode.GETFIELD),
                            (code, field) -> {
                                code.with(field);
                                Instructions.add(code, field.typeSymbol(), e.by());
                            });
            case Edit.WriteLeftOut e ->
                    field(
                            e.site(),
                            List.of(Opcode.PUTFIELD),
                            (code, field) -> {
                                Instructions.drop(code, field.typeSymbol());
                                code.pop();
                            });
        };
    }

    /** The change of a number. */
    static SiteEdit of(Edit.NumberChanged edit) {
        return new SiteEdit(
                element ->
                        element instanceof ConstantInstruction constant
                                && constant.constantValue() instanceof Number number
                                && number.longValue() == edit.from(),
                (code, element) -> {
                    Object value = ((ConstantInstruction) element).constantValue();
                    ClassDesc type =
                            value instanceof Long ? ConstantDescs.CD_long : ConstantDescs.CD_int;
                    Instructions.constant(code, type, edit.to());
                });
    }

    private static SiteEdit call(Site site, BiConsumer<CodeBuilder, InvokeInstruction> writer) {
        return new SiteEdit(
                element ->
                        element instanceof InvokeInstruction call
                                && site.names(
                                        call.owner().asInternalName(), call.name().stringValue()),
                (code, element) -> writer.accept(code, (InvokeInstruction) element));
    }

    private static SiteEdit field(
            Site site, List<Opcode> opcodes, BiConsumer<CodeBuilder, FieldInstruction> writer) {
        return new SiteEdit(
                element ->
                        element instanceof FieldInstruction field
                                && opcodes.contains(field.opcode())
                                && site.names(
                                        field.owner().asInternalName(), field.name().stringValue()),
                (code, element) -> writer.accept(code, (FieldInstruction) element));
    }

    private static SiteEdit replacing(Edit.CallReplaced edit) throws EditMissedException {
        MethodTypeDesc type = Substitution.type(edit.substitute());
        return call(
                edit.site(),
                (code, call) -> code.invokestatic(Substitution.OWNER, edit.substitute(), type));
    }
}
