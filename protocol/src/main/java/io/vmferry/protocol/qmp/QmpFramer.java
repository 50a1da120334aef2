package io.vmferry.protocol.qmp;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.buffer.ByteBuf;
import io.vmferry.protocol.Worded;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.qmp.JsonWording.MalformedJsonException;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a stream of bytes into JSON values by their nesting: several values in one read, one value
 * over many reads, no line feed needed. Whatever comes is either a value or a complaint, and the
 * stream goes on after either. What is held for an unfinished value is bounded.
 *
 * <p>Not thread-safe; one framer belongs to one session.
 */
public final class QmpFramer {

    /** The deepest nesting QEMU accepts. */
    public static final int QEMU_MAX_DEPTH = 1024;

    /** The words of one value; QEMU allows more, but no command needs them. */
    private static final int MAX_TOKENS = 1 << 14;

    /** What a stream is made of. */
    public interface Sink {
        /** A complete value, of any type. */
        void value(JsonNode value);

        /** Something that is no value; the text describes the error of the reply. */
        void malformed(String description);
    }

    private final int maxBytes;
    private final int maxDepth;
    private final JsonWording wording;
    private final JsonLexer lexer;
    private final List<JsonToken> tokens = new ArrayList<>();

    @SuppressWarnings("NullAway.Init") // set for the length of each call that reads
    private Sink sink;

    private long heldBytes;
    private int openBraces;
    private int openBrackets;

    /**
     * A framer at the beginning of a stream.
     *
     * @param maxBytes the longest value, counted without white space between its words
     * @param maxDepth the deepest nesting of a value
     * @param profile the version in whose words to complain
     */
    public QmpFramer(int maxBytes, int maxDepth, Profile profile) {
        if (maxBytes < 1 || maxDepth < 1) {
            throw new IllegalArgumentException("Limits must be positive");
        }
        this.maxBytes = maxBytes;
        this.maxDepth = maxDepth;
        this.wording = JsonWording.of(profile);
        this.lexer = new JsonLexer(maxBytes, this::take);
    }

    /** Reads all of a buffer and passes its content to the sink, in order. */
    public void feed(ByteBuf in, Sink to) {
        sink = to;
        while (in.isReadable()) {
            lexer.take(in.readUnsignedByte());
        }
    }

    /** How many bytes of an unfinished value are held, without the word that is being read. */
    public long heldBytes() {
        return heldBytes;
    }

    private void take(JsonToken token) {
        switch (token.kind()) {
            case LEFT_BRACE -> openBraces++;
            case RIGHT_BRACE -> openBraces--;
            case LEFT_BRACKET -> openBrackets++;
            case RIGHT_BRACKET -> openBrackets--;
            case STRAY -> {
                refuse(wording.complaint(token, "stray '" + token.printable() + "'"));
                return;
            }
            case OVERSIZE -> {
                refuse("JSON token size limit exceeded");
                return;
            }
            case COLON, COMMA, STRING, INTEGER, FLOAT, KEYWORD -> {}
        }
        heldBytes += Math.max(1, token.text().length);
        tokens.add(token);
        if (heldBytes > maxBytes) {
            refuseAndSkip("JSON token size limit exceeded");
        } else if (tokens.size() > MAX_TOKENS) {
            refuseAndSkip("JSON token count limit exceeded");
        } else if (openBraces + openBrackets > maxDepth) {
            refuseAndSkip("JSON nesting depth limit exceeded");
        } else if (openBraces < 0 || openBrackets < 0 || openBraces + openBrackets == 0) {
            finish();
        }
    }

    private void finish() {
        JsonValues values = new JsonValues(tokens, wording);
        try {
            JsonNode value = values.read();
            forget();
            sink.value(value);
        } catch (MalformedJsonException e) {
            refuse(wording.complaint(values.last(), Worded.of(e)));
        }
    }

    private void refuseAndSkip(String description) {
        lexer.skip();
        refuse(description);
    }

    private void refuse(String description) {
        forget();
        sink.malformed(description);
    }

    private void forget() {
        tokens.clear();
        heldBytes = 0;
        openBraces = 0;
        openBrackets = 0;
    }
}
