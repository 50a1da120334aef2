package io.vmferry.lab.docs;

import io.vmferry.lab.process.Nodes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/** The files of the repository, and the types that its Java files declare. */
final class Repository {

    private static final Set<String> SKIPPED = Set.of("target", ".git", ".jdk", ".idea", ".vscode");

    private static final Pattern DECLARATION =
            Pattern.compile("(?m)\\b(?:class|interface|record|enum) ([A-Z]\\w*)");

    private final Path root = Objects.requireNonNull(Nodes.scripts().getParent());
    private final List<Path> files = new ArrayList<>();
    private final Map<String, List<Path>> declaredIn = new HashMap<>();

    Repository() throws IOException {
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
                        files.add(root.relativize(file));
                        return FileVisitResult.CONTINUE;
                    }
                });
        for (Path java : ending(".java")) {
            DECLARATION
                    .matcher(read(java))
                    .results()
                    .forEach(type ->
                            declaredIn
                                    .computeIfAbsent(type.group(1), name -> new ArrayList<>())
                                    .add(java));
        }
    }

    /** The folder in which everything lies and commands are typed. */
    Path root() {
        return root;
    }

    /** Files by the end of their names, relative to the root. */
    List<Path> ending(String end) {
        return files.stream().filter(file -> file.toString().endsWith(end)).toList();
    }

    String read(Path file) {
        try {
            return Files.readString(root.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }

    /** Whether there is a file or folder, or one that a pattern with {@code *} matches. */
    boolean has(String path) {
        if (!path.contains("*")) {
            return Files.exists(root.resolve(path));
        }
        PathMatcher pattern = FileSystems.getDefault().getPathMatcher("glob:" + path);
        return files.stream().anyMatch(pattern::matches);
    }

    /** Whether a path begins with something that lies at the root. */
    boolean beginsAtRoot(String path) {
        return Files.exists(root.resolve(path.substring(0, path.indexOf('/'))));
    }

    /** Whether a file of that name lies anywhere. */
    boolean hasFileNamed(String name) {
        return files.stream().anyMatch(file -> file.getFileName().toString().equals(name));
    }

    /** Whether a package of ours, without {@code io.vmferry}, has files. */
    boolean hasPackage(String name) {
        String folder = "java/io/vmferry/" + name.replace('.', '/');
        return files.stream()
                .anyMatch(file ->
                        file.getParent() != null && file.getParent().toString().endsWith(folder));
    }

    boolean hasType(String name) {
        return declaredIn.containsKey(name);
    }

    /** Whether a file in which a type is declared has a word. */
    boolean mentions(String type, String word) {
        Pattern whole = Pattern.compile("\\b" + Pattern.quote(word) + "\\b");
        return declaredIn.getOrDefault(type, List.of()).stream()
                .anyMatch(file -> whole.matcher(read(file)).find());
    }
}
