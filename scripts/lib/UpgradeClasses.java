import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Rewrites jars whose classes are too old for an AOT cache: the same code with a newer version and
 * with stack maps, all other entries as they are. A jar without old classes is not touched, nor one
 * that is signed.
 *
 * <p>A source file that scripts/lib/train-aot starts; it belongs to no module.
 */
final class UpgradeClasses {

    /** The first version that an AOT cache takes: 50 is the first with stack maps. */
    private static final int OLDEST_TAKEN = ClassFile.JAVA_6_VERSION;

    private static final int NEW_VERSION = ClassFile.JAVA_8_VERSION;

    private UpgradeClasses() {}

    /** Rewrites the jars that are named; exit code 1 if one could not be rewritten. */
    public static void main(String[] jars) {
        boolean failed = false;
        for (String jar : jars) {
            try {
                upgrade(Path.of(jar));
            } catch (IOException e) {
                System.err.println(jar + " cannot be rewritten: " + e);
                failed = true;
            }
        }
        System.exit(failed ? 1 : 0);
    }

    private static void upgrade(Path jar) throws IOException {
        try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()});
                ZipFile from = new ZipFile(jar.toFile())) {
            List<? extends ZipEntry> entries = Collections.list(from.entries());
            ClassFile classes = classFile(loader);
            boolean old = false;
            for (ZipEntry entry : entries) {
                if (entry.getName().matches("META-INF/[^/]*\\.SF")) {
                    return;
                }
                old |= isOld(classes, entry, content(from, entry));
            }
            if (old) {
                replace(jar, from, entries, classes);
            }
        }
    }

    private static void replace(
            Path jar, ZipFile from, List<? extends ZipEntry> entries, ClassFile classes)
            throws IOException {
        Path next = jar.resolveSibling(jar.getFileName() + ".new");
        try {
            write(next, from, entries, classes);
            Files.move(next, jar, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(next);
        }
    }

    /** A stack map needs to know which class extends which. */
    private static ClassFile classFile(ClassLoader loader) {
        ClassHierarchyResolver resolver =
                ClassHierarchyResolver.ofResourceParsing(loader)
                        .orElse(ClassHierarchyResolver.defaultResolver());
        return ClassFile.of(
                StackMapsOption.GENERATE_STACK_MAPS, ClassHierarchyResolverOption.of(resolver));
    }

    private static void write(
            Path jar, ZipFile from, List<? extends ZipEntry> entries, ClassFile classes)
            throws IOException {
        try (ZipOutputStream to = new ZipOutputStream(Files.newOutputStream(jar))) {
            for (ZipEntry entry : entries) {
                byte[] content = content(from, entry);
                ZipEntry copy = new ZipEntry(entry.getName());
                copy.setTime(entry.getTime());
                to.putNextEntry(copy);
                to.write(isOld(classes, entry, content) ? upgraded(classes, content) : content);
                to.closeEntry();
            }
        }
    }

    private static byte[] content(ZipFile jar, ZipEntry entry) throws IOException {
        try (InputStream content = jar.getInputStream(entry)) {
            return content.readAllBytes();
        }
    }

    private static boolean isOld(ClassFile classes, ZipEntry entry, byte[] content) {
        return entry.getName().endsWith(".class")
                && classes.parse(content).majorVersion() < OLDEST_TAKEN;
    }

    private static byte[] upgraded(ClassFile classes, byte[] content) {
        ClassModel model = classes.parse(content);
        // the maps come of writing the code again, even if it is the same
        ClassTransform codeAgain =
                ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL);
        return classes.transformClass(
                model,
                codeAgain.andThen((builder, element) -> {
                    if (element instanceof ClassFileVersion) {
                        builder.withVersion(NEW_VERSION, 0);
                    } else {
                        builder.with(element);
                    }
                }));
    }
}
