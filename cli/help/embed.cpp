// What help and the manual say of quarry embed.
#include "cli/help/pages.h"

namespace quarry::cli {

CommandInfo embed_info() {
    return {
        .path = "embed",
        .summary = "make the vectors for search by meaning",
        .description =
            "Gives every passage of the knowledge base that has none yet a vector: a list of numbers that is near "
            "to that of another text when the two are about the same thing. quarry ingest does this at its end; "
            "embed is for after a change of the embedder (the part that makes vectors), or when ingest was "
            "interrupted. It continues where it stopped, and searches use the old vectors until it is done.\n\n"
            "Without configuration the embedder is built in: a table of word vectors that is fitted on your own "
            "documents in some seconds. Nothing is downloaded and nothing leaves the machine. It is fitted again when "
            "the base has doubled, or at once by embed fit. A base with fewer than 64 passages gets none and is "
            "searched by words. embed.provider chooses other embedders: a model file that runs here (gguf), a server, "
            "to which the passages are sent, or a program of yours.\n\n"
            "--model makes the vectors of another model while searches go on with those that are there, and then "
            "switches to it. The old ones stay until quarry models rm. --dry-run reports what is to be done and what "
            "it costs, and --max-cost limits the cost.\n\n"
            "embed train makes such a table without changing a base: from files and folders (--corpus), from pairs "
            "of "
            "texts that belong together (--pairs, lines of JSON with \"query\" and \"text\"), or from the base's "
            "own "
            "passages. A project of the same field starts from it with embed.start, and then even a small base is "
            "searched by meaning.\n\n"
            "With --stdin it is a filter: each line of standard input, plain text or JSON with a \"text\" and "
            "perhaps "
            "an \"id\", becomes a line of JSON with the text and its vector, or a row of CSV or of a NumPy array.",
        .examples = {{"quarry embed", "make what is missing"},
                     {"quarry embed fit", "fit the built-in embedder again on all documents"},
                     {"quarry embed train --corpus handbooks -o field.table", "make a table for other projects"},
                     {"quarry embed --model gguf:bge-small --dry-run", "how much work and cost another model would be"},
                     {"echo 'retry with backoff' | quarry embed --stdin", "one text's vector, as JSON"},
                     {"quarry embed --stdin --format npy < lines.txt > vectors.npy", "a NumPy array"}},
        .exit_codes = {{14, "the embedding server failed: not reached, refused, or no usable answer"},
                       {15, "the embedding server limits the rate of requests"},
                       {16, "embedding would cost more than --max-cost; nothing was embedded"}}};
}

}  // namespace quarry::cli
