package io.vmferry.lab.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.vmferry.dest.DestNode;
import io.vmferry.machine.device.DeviceKind;
import io.vmferry.machine.guest.BuiltOptions;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.returnpath.ReturnPathType;
import io.vmferry.protocol.stream.CommandType;
import io.vmferry.source.SourceNode;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What there is of a kind stands in the texts that list that kind. */
class NothingForgottenTest {

    private static final Pattern DEPENDENCY = Pattern.compile("(?s)<dependency>(.*?)</dependency>");
    private static final Pattern GROUP = Pattern.compile("<groupId>(.*?)</groupId>");

    static final Iterable<Capability> CAPABILITIES = BuiltOptions.CAPABILITIES;

    private static Repository repository;

    @BeforeAll
    static void read() throws IOException {
        repository = new Repository();
    }

    private static String document(String name) {
        return repository.read(Path.of("docs", name));
    }

    private static String protocol(String packageName) {
        return repository.read(
                Path.of(
                        "protocol/src/main/java/io/vmferry/protocol",
                        packageName,
                        "package-info.java"));
    }

    @ParameterizedTest
    @FieldSource("CAPABILITIES")
    void theListOfWhatIsBuiltNamesEveryCapability(Capability capability) {
        assertThat(document("compatibility.md")).contains("`" + capability.text() + "`");
    }

    @ParameterizedTest
    @EnumSource
    void theTableAndTheHelpNameEveryDevice(DeviceKind kind) {
        assertThat(document("command-line.md")).contains(kind.text());
        assertThat(
                        ScriptOptions.declared(SourceNode.class)
                                .filter(option -> List.of(option.names()).contains("--device"))
                                .map(option -> String.join(" ", option.description())))
                .singleElement(STRING)
                .contains(kind.text());
    }

    @ParameterizedTest
    @EnumSource
    void theDescriptionOfTheReturnPathHasEveryMessage(ReturnPathType type) {
        assertThat(protocol("returnpath")).contains(" * %-5d %s ".formatted(type.code(), type));
    }

    @ParameterizedTest
    @EnumSource
    void theDescriptionOfTheStreamHasEveryCommand(CommandType type) {
        assertThat(protocol("stream")).contains(" * %2d %s ".formatted(type.code(), type));
    }

    /** Whoever packages a library passes it on under its licence. */
    @Test
    void theNoticeNamesWhereEveryLibraryComesFrom() {
        String notice = repository.read(Path.of("NOTICE"));
        assertThat(
                        repository.ending("/pom.xml").stream()
                                .flatMap(pom -> DEPENDENCY.matcher(repository.read(pom)).results())
                                .map(dependency -> dependency.group(1))
                                .filter(dependency -> !dependency.contains("<scope>test</scope>"))
                                .flatMap(dependency ->
                                        Stream.of(GROUP.matcher(dependency)).filter(g -> g.find()))
                                .map(group -> group.group(1))
                                .filter(group -> !group.equals("io.vmferry"))
                                .filter(group -> !notice.contains(group)))
                .isEmpty();
    }

    /** Of each module by a class of it; whoever gets a jar gets its licence. */
    @ParameterizedTest
    @ValueSource(classes = {Capability.class, DeviceKind.class, SourceNode.class, DestNode.class})
    void everyJarHasItsLicence(Class<?> type) throws IOException {
        URL jar = type.getProtectionDomain().getCodeSource().getLocation();
        try (URLClassLoader alone = new URLClassLoader(new URL[] {jar}, null)) {
            assertThat(alone.getResource("META-INF/LICENSE")).isNotNull();
            assertThat(alone.getResource("META-INF/NOTICE")).isNotNull();
        }
    }
}
