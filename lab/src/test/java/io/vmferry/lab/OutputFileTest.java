package io.vmferry.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFileTest {

    @TempDir Path directory;

    private static Map<String, @Nullable Path> files(@Nullable Path json, @Nullable Path html) {
        Map<String, @Nullable Path> files = new LinkedHashMap<>();
        files.put("--json", json);
        files.put("--html", html);
        return files;
    }

    @Test
    void newAndOldFilesAreAccepted() throws Exception {
        Path old = Files.writeString(directory.resolve("old"), "old");
        assertThatCode(() -> OutputFile.require(files(directory.resolve("new"), old)))
                .doesNotThrowAnyException();
        assertThatCode(() -> OutputFile.require(files(null, Path.of("new.html"))))
                .doesNotThrowAnyException();
        assertThat(directory).isDirectoryNotContaining("glob:**new");
    }

    @Test
    void whatCannotBeWrittenIsNamedWithItsOption() {
        Path missing = directory.resolve("missing");
        assertThatThrownBy(() -> OutputFile.require(files(null, missing.resolve("page.html"))))
                .hasMessage(
                        "Cannot write --html %s/page.html: there is no folder %s",
                        missing, missing);
        assertThatThrownBy(() -> OutputFile.require(files(directory, null)))
                .hasMessage("Cannot write --json %s: expected a file, this is a folder", directory);
    }

    @Test
    void twoOptionsCannotNameOneFile() {
        Path file = directory.resolve("file");
        assertThatThrownBy(() -> OutputFile.require(files(file, directory.resolve("./file"))))
                .hasMessageEndingWith("file: another option writes this file");
    }

    @Test
    void aFolderMayBeMissingButMustBePossible() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "");
        assertThatCode(() -> OutputFile.requireFolder("--keep", directory.resolve("a/b")))
                .doesNotThrowAnyException();
        assertThat(directory.resolve("a")).doesNotExist();
        assertThatThrownBy(() -> OutputFile.requireFolder("--keep", file.resolve("a")))
                .hasMessage("Cannot write --keep %s/a: %s is no folder", file, file);
    }
}
