package io.vmferry.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Style rules that the compiler does not check, applied to every file of the repository. */
class TidyTest {

    private static final int MAX_LINES = 400;
    private static final Set<String> TEXT =
            Set.of("java", "xml", "md", "sh", "py", "cast", "svg", "");
    private static final Set<String> SKIPPED = Set.of("target", ".git", ".jdk", ".idea", ".vscode");
    // The patterns are written so that they do not match themselves.
    private static final Pattern UNFINISHED =
            Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b");
    private static final Pattern SLEEP = Pattern.compile("Thread\\.sleep\\s*\\(");
    private static final Pattern HOME = Pattern.compile("(?<![\\w.~}])/(home|root|Users)/\\w");

    private static List<Path> files;

    @BeforeAll
    static void listFiles() throws IOException {
        Path root = Path.of("").toAbsolutePath();
        while (!Files.exists(root.resolve("lab/pom.xml"))) {
            root = Objects.requireNonNull(root.getParent(), "Not started in the project");
        }
        files = new ArrayList<>();
        Files.walkFileTree(
                root,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path at, BasicFileAttributes a) {
                        return SKIPPED.contains(at.getFileName().toString())
                                ? FileVisitResult.SKIP_SUBTREE
                                : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        if (attributes.isRegularFile() && TEXT.contains(extension(file))) {
                            files.add(file);
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    @Test
    void theFilesAreFound() {
        assertThat(files)
                .map(path -> path.getFileName().toString())
                .contains("TidyTest.java", "pom.xml");
    }

    @Test
    void noFileIsLong() {
        assertThat(java())
                .filteredOn(file -> read(file).lines().count() > MAX_LINES)
                .as("files of more than %d lines", MAX_LINES)
                .isEmpty();
    }

    @Test
    void nothingIsLeftUnfinished() {
        assertThat(linesWith(UNFINISHED, file -> true)).isEmpty();
    }

    @Test
    void noTestSleeps() {
        assertThat(linesWith(SLEEP, file -> file.toString().contains("/src/test/"))).isEmpty();
    }

    @Test
    void noFileNamesAHomeDirectory() {
        assertThat(linesWith(HOME, file -> true)).isEmpty();
    }

    @Test
    void everyPackageIsDescribed() {
        Set<Path> undescribed = new TreeSet<>();
        for (Path file : java()) {
            Path folder = Objects.requireNonNull(file.getParent());
            if (folder.toString().contains("/src/main/java/")
                    && !Files.exists(folder.resolve("package-info.java"))) {
                undescribed.add(folder);
            }
        }
        assertThat(undescribed).isEmpty();
    }

    private static List<Path> java() {
        return files.stream().filter(file -> extension(file).equals("java")).toList();
    }

    private static List<String> linesWith(Pattern pattern, Predicate<Path> where) {
        List<String> found = new ArrayList<>();
        for (Path file : files) {
            if (where.test(file)) {
                List<String> lines = read(file).lines().toList();
                for (int i = 0; i < lines.size(); i++) {
                    if (pattern.matcher(lines.get(i)).find()) {
                        found.add(file + ":" + (i + 1) + ": " + lines.get(i).strip());
                    }
                }
            }
        }
        return found;
    }

    private static String extension(Path file) {
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot <= 0 ? "" : name.substring(dot + 1);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }
}
