package io.vmferry.lab.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What the documents link to exists, and so does what they name between backticks: files, packages,
 * classes; and each script that they tell to start knows the options that they give it.
 */
class DocumentsTest {

    /** Types that others have declared, and names that no class may have. */
    private static final Set<String> OF_OTHERS =
            Set.of("ByteBuf", "Thread", "Manager", "Helper", "Impl", "Util");

    /** Files that somebody makes who follows a document. */
    private static final Set<String> MADE_BY_READERS = Set.of("Migrate.java", "matrix.html");

    /** Properties of Maven and its plugins. */
    private static final Set<String> OF_MAVEN =
            Set.of(
                    "test",
                    "it.test",
                    "skipTests",
                    "skipITs",
                    "spotless.check.skip",
                    "surefire.failIfNoSpecifiedTests",
                    "failsafe.failIfNoSpecifiedTests");

    private static final Pattern PATH = Pattern.compile("\\.?[\\w-][\\w.-]*(/[\\w.*$-]+)+/?");
    private static final Pattern FILE_NAME =
            Pattern.compile("[\\w.-]+\\.(java|md|xml|yml|txt|properties|Dockerfile)");
    private static final Pattern PACKAGE =
            Pattern.compile(
                    "(?:io\\.vmferry\\.)?((?:protocol|machine|source|dest|tools|lab)(?:\\.[a-z]+)+)");
    private static final Pattern TYPE =
            Pattern.compile(
                    "(?:io\\.vmferry\\.[a-z.]+\\.)?([A-Z][a-z0-9]+\\w*)((?:[.#]\\w+)*)(?:\\(.*\\))?");
    private static final Pattern PROPERTY = Pattern.compile("(?<![\\w-])-D([\\w.]+)");
    private static final Pattern TEST_CLASS = Pattern.compile("-D(?:it\\.)?test='?(\\w+)");
    private static final Pattern OPTION = Pattern.compile("(?<=\\s)--[a-z][a-z-]*");

    private static Repository repository;
    private static List<Document> documents;

    @BeforeAll
    static void read() throws IOException {
        repository = new Repository();
        documents = new ArrayList<>();
        for (Path file : repository.ending(".md")) {
            documents.add(Document.read(repository.root().resolve(file)));
        }
    }

    /** What is wrong in all documents, each with the document's name. */
    private static List<String> wrong(Function<Document, Stream<String>> search) {
        return documents.stream()
                .flatMap(document ->
                        search.apply(document)
                                .distinct()
                                .map(found ->
                                        repository.root().relativize(document.file())
                                                + ": "
                                                + found))
                .toList();
    }

    private static boolean isThere(Document document, String path) {
        return repository.has(path) || Files.exists(document.file().resolveSibling(path));
    }

    @Test
    void theDocumentsAreFound() {
        assertThat(documents)
                .extracting(document -> repository.root().relativize(document.file()).toString())
                .contains("README.md", "CONTRIBUTING.md", "docs/architecture.md");
    }

    @Test
    void everyLinkLeadsSomewhere() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Document document : documents) {
            for (String link : document.links().filter(l -> !l.matches("[a-z]+:.*")).toList()) {
                if (!leadsSomewhere(document, link)) {
                    broken.add(document.file() + ": " + link);
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    private static boolean leadsSomewhere(Document from, String link) throws IOException {
        int hash = link.indexOf('#');
        String path = hash < 0 ? link : link.substring(0, hash);
        Path target = path.isEmpty() ? from.file() : from.file().resolveSibling(path);
        if (!Files.exists(target)) {
            return false;
        }
        return hash < 0 || Document.read(target).anchors().contains(link.substring(hash + 1));
    }

    @Test
    void everyFileThatIsNamedExists() {
        assertThat(
                        wrong(document ->
                                document.codeSpans()
                                        .map(span -> span.split(" ", 2)[0])
                                        .filter(path -> PATH.matcher(path).matches())
                                        .filter(repository::beginsAtRoot)
                                        .filter(path -> !path.contains("target/"))
                                        .filter(path -> !isThere(document, path))))
                .isEmpty();
        assertThat(
                        wrong(document ->
                                document.codeSpans()
                                        .filter(name -> FILE_NAME.matcher(name).matches())
                                        .filter(name -> !MADE_BY_READERS.contains(name))
                                        .filter(name -> !repository.hasFileNamed(name))))
                .isEmpty();
    }

    @Test
    void everyPackageThatIsNamedExists() {
        assertThat(
                        wrong(document ->
                                matches(document, PACKAGE)
                                        .filter(name -> !repository.hasPackage(name))))
                .isEmpty();
    }

    private static Stream<String> matches(Document document, Pattern whole) {
        return document.codeSpans()
                .flatMap(span ->
                        whole.matcher(span)
                                .results()
                                .filter(match -> match.group().equals(span))
                                .map(match -> match.group(1)));
    }

    @Test
    void everyClassThatIsNamedExists() {
        assertThat(
                        wrong(document ->
                                matches(document, TYPE)
                                        .filter(name -> !OF_OTHERS.contains(name))
                                        .filter(name -> !repository.hasType(name))))
                .isEmpty();
    }

    @Test
    void everyMemberThatIsNamedExists() {
        assertThat(
                        wrong(document ->
                                document.codeSpans()
                                        .map(TYPE::matcher)
                                        .filter(type -> type.matches() && !type.group(2).isEmpty())
                                        .filter(type -> repository.hasType(type.group(1)))
                                        .filter(type -> !hasMembers(type))
                                        .map(type -> type.group())))
                .isEmpty();
    }

    private static boolean hasMembers(Matcher type) {
        return Stream.of(type.group(2).substring(1).split("[.#]", -1))
                .allMatch(member -> repository.mentions(type.group(1), member));
    }

    @Test
    void everyScriptKnowsTheOptionsItIsGiven() throws ReflectiveOperationException {
        List<String> found = new ArrayList<>();
        for (Document document : documents) {
            for (String command : scripts(document).collect(Collectors.toSet())) {
                String script = command.split(" ", 2)[0];
                if (!repository.has(script)) {
                    found.add("%s: no %s".formatted(document.file(), script));
                    continue;
                }
                Set<String> unknown = optionsOf(command);
                unknown.removeAll(ScriptOptions.of(script, repository));
                if (!unknown.isEmpty()) {
                    found.add("%s: %s knows no %s".formatted(document.file(), script, unknown));
                }
            }
        }
        assertThat(found).isEmpty();
    }

    /** Each command that begins with a script, up to where another one begins. */
    private static Stream<String> scripts(Document document) {
        return Stream.concat(document.commands(), document.codeSpans())
                .map(command -> command.replaceAll("'[^']*'|\"[^\"]*\"", "quoted"))
                .map(command -> command.split("[|;&#>]", 2)[0].strip())
                .filter(command -> command.matches("scripts/[a-z][a-z/-]*( .*)?"))
                .filter(command -> !command.matches("scripts/[a-z-]+/?") || !isFolder(command));
    }

    private static boolean isFolder(String path) {
        return Files.isDirectory(repository.root().resolve(path));
    }

    private static Set<String> optionsOf(String command) {
        return OPTION.matcher(command)
                .results()
                .map(option -> option.group())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void everyPropertyIsReadBySomebody() {
        Collection<String> sources =
                Stream.of(".java", "pom.xml", "/test")
                        .flatMap(end -> repository.ending(end).stream())
                        .filter(file -> !file.endsWith("DocumentsTest.java"))
                        .map(repository::read)
                        .toList();
        assertThat(
                        wrong(document ->
                                texts(document)
                                        .flatMap(text -> PROPERTY.matcher(text).results())
                                        .map(property -> property.group(1))
                                        .filter(name -> !OF_MAVEN.contains(name))
                                        .filter(name ->
                                                sources.stream()
                                                        .noneMatch(text -> text.contains(name)))))
                .isEmpty();
    }

    @Test
    void everyTestThatIsToBeRunExists() {
        assertThat(
                        wrong(document ->
                                texts(document)
                                        .flatMap(text -> TEST_CLASS.matcher(text).results())
                                        .map(test -> test.group(1))
                                        .filter(name ->
                                                !name.equals("NONE") && !repository.hasType(name))))
                .isEmpty();
    }

    private static Stream<String> texts(Document document) {
        return Stream.concat(document.commands(), document.codeSpans());
    }
}
