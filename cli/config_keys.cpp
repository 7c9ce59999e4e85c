// The table of every setting.
#include "cli/config.h"
#include "core/chunk/chunker.h"
#include "core/chunk/semantic_breaks.h"
#include "core/tokenize/tokenizer.h"

namespace quarry::cli {
namespace {

std::vector<std::string> names(std::span<const std::string> all) { return {all.begin(), all.end()}; }

}  // namespace

std::span<const ConfigKey> config_keys() {
    using Type = ConfigKey::Type;
    static const std::vector<ConfigKey> keys = {
        {.name = "ask.max_context_chars", .type = Type::integer, .fallback = "12000",
         .summary = "Most characters of passages that are given to a model with a question",
         .minimum = 100, .maximum = 10'000'000},
        {.name = "ask.sources", .type = Type::integer, .fallback = "6",
         .summary = "Most passages that an answer is made from", .minimum = 1, .maximum = 1000},
        {.name = "base", .fallback = "", .summary = "The knowledge base's file; empty: .quarry/base.db here or above",
         .path = true},
        {.name = "chat.api_key_env", .fallback = "OPENAI_API_KEY",
         .summary = "Name of the environment variable that holds the chat server's key", .sensitive = true},
        {.name = "chat.base_url", .fallback = "https://api.openai.com/v1",
         .summary = "Address of an OpenAI-compatible server for answers", .sensitive = true},
        {.name = "chat.max_tokens", .type = Type::integer, .fallback = "0",
         .summary = "Longest answer in tokens (word pieces); 0: the model's own limit",
         .minimum = 0, .maximum = 10'000'000},
        {.name = "chat.model", .fallback = "", .summary = "Name of the model that answers"},
        {.name = "chat.provider", .fallback = "extractive",
         .summary = "What answers: extractive quotes sentences without a model, openai asks a server",
         .choices = {"extractive", "openai"}},
        {.name = "chat.timeout", .type = Type::integer, .fallback = "120",
         .summary = "Seconds to wait for an answer", .minimum = 1, .maximum = 86'400},
        {.name = "chunk.breakpoint", .fallback = "percentile",
         .summary = "Where the strategy semantic cuts: at distances above a percentile, above the mean by standard "
                    "deviations or interquartile ranges, or between clusters",
         .choices = names(breakpoint_names())},
        {.name = "chunk.encoding", .fallback = "",
         .summary = "How the tokens of chunks are counted; empty: chunk.unit when it counts tokens, else tokens:approx",
         .choices = names(tokenizer_names()), .open = true},
        {.name = "chunk.min_size", .type = Type::integer, .fallback = "0",
         .summary = "Neighbouring chunks are put together while one holds less than this, in chunk.unit, and both fit",
         .minimum = 0, .maximum = 1'000'000},
        {.name = "chunk.overlap", .type = Type::integer, .fallback = "0",
         .summary = "How much of a chunk is repeated at the start of the next, in chunk.unit; less than chunk.size",
         .minimum = 0, .maximum = 1'000'000},
        {.name = "chunk.parent_size", .type = Type::integer, .fallback = "0",
         .summary = "Most that the larger span around each chunk holds, its parent, in chunk.unit; 0: no parents",
         .minimum = 0, .maximum = 10'000'000},
        {.name = "chunk.sentence_vectors", .fallback = "auto",
         .summary = "What the strategy semantic compares sentences by: auto asks the model of embed.provider when that "
                    "is neither builtin nor none; words asks none",
         .choices = {"auto", "words"}},
        {.name = "chunk.separators", .fallback = "",
         .summary = "Where the strategy recursive cuts: a language such as python, or a JSON array of texts from the "
                    "best to the worst; empty: by the kind of document"},
        {.name = "chunk.size", .type = Type::integer, .fallback = "1800",
         .summary = "Most that a chunk (the passage that is searched) holds, in chunk.unit",
         .minimum = 1, .maximum = 1'000'000},
        {.name = "chunk.strategy", .fallback = "auto",
         .summary = "How documents are cut into chunks; auto picks by the kind of document",
         .choices = names(chunker_names())},
        {.name = "chunk.threshold", .type = Type::number, .fallback = "0",
         .summary = "Of chunk.breakpoint: the percentile, or how many deviations or ranges; 0: 95, 3 or 1.5",
         .minimum = 0, .maximum = 1000},
        {.name = "chunk.unit", .fallback = "chars", .summary = "What the sizes of chunks count",
         .choices = names(tokenizer_names()), .open = true},
        {.name = "embed.api_key_env", .fallback = "OPENAI_API_KEY",
         .summary = "Name of the environment variable that holds the embedding server's key", .sensitive = true},
        {.name = "embed.base_url", .fallback = "https://api.openai.com/v1",
         .summary = "Address of an OpenAI-compatible server for embeddings (vectors that stand for meaning)",
         .sensitive = true},
        {.name = "embed.dimensions", .type = Type::integer, .fallback = "0",
         .summary = "Length of the vectors to ask the server for; 0: the model's own", .minimum = 0, .maximum = 65'536},
        {.name = "embed.model", .fallback = "", .summary = "Name of the embedding model"},
        {.name = "embed.price_per_million", .type = Type::number, .fallback = "-1",
         .summary = "Price of a million tokens at the embedding server, for --dry-run and --max-cost; -1: the known "
                    "price of the model, if any",
         .minimum = -1, .maximum = 1'000'000},
        {.name = "embed.provider", .fallback = "builtin",
         .summary = "What makes vectors: builtin is fitted on your documents, openai asks a server, none does without",
         .choices = {"builtin", "openai", "none"}},
        {.name = "embed.timeout", .type = Type::integer, .fallback = "60",
         .summary = "Seconds to wait for the embedding server", .minimum = 1, .maximum = 86'400},
        {.name = "extract.trusted", .fallback = "",
         .summary = "Folders of projects whose quarry.toml may name commands to run (extract.command), with : between",
         .sensitive = true},
        {.name = "ingest.allow_private", .type = Type::boolean, .fallback = "false",
         .summary = "Read web pages of this machine and of private networks too", .sensitive = true},
        {.name = "ingest.max_file_bytes", .type = Type::integer, .fallback = "100000000",
         .summary = "Files larger than this are not read", .minimum = 1, .maximum = 1'000'000'000'000},
        {.name = "ingest.redact", .fallback = "",
         .summary = "Secrets and personal data to take out of documents (default, secrets, personal, email …, all); "
                    "off: none; empty: as the base was made"},
        {.name = "ingest.threads", .type = Type::integer, .fallback = "0",
         .summary = "Threads that read documents; 0: one for each processor", .minimum = 0, .maximum = 1024},
        {.name = "ingest.url_timeout", .type = Type::integer, .fallback = "60",
         .summary = "Seconds to wait for a web page", .minimum = 1, .maximum = 86'400},
        {.name = "migrate.dev_url", .fallback = "",
         .summary = "PostgreSQL server, or empty database, where migrations are tried out; empty: that of migrate.url"},
        {.name = "migrate.dir", .fallback = "", .summary = "Folder of the project's own migration files", .path = true},
        {.name = "migrate.lock", .fallback = "advisory",
         .summary = "How PostgreSQL keeps two migrators apart: table is for connection poolers such as PgBouncer",
         .choices = {"advisory", "table"}},
        {.name = "migrate.lock_wait", .type = Type::integer, .fallback = "10",
         .summary = "Seconds to wait while another process migrates the same database",
         .minimum = 0, .maximum = 86'400},
        {.name = "migrate.schema", .fallback = "",
         .summary = "The wanted schema: a file of SQL, or a folder of them", .path = true},
        {.name = "migrate.url", .fallback = "", .summary = "Database that the migrations are for"},
        {.name = "search.dense_weight", .type = Type::number, .fallback = "0.3",
         .summary = "Share of the meaning score in hybrid search, 0 to 1; the words' score has the rest",
         .minimum = 0, .maximum = 1},
        {.name = "search.limit", .type = Type::integer, .fallback = "10", .summary = "Most results of a search",
         .minimum = 1, .maximum = 10'000},
        {.name = "search.mode", .fallback = "hybrid",
         .summary = "lexical matches words, vector matches meaning, hybrid does both",
         .choices = {"lexical", "vector", "hybrid"}},
        {.name = "ui.color", .fallback = "auto", .summary = "When to colour: auto means on a terminal",
         .choices = {"auto", "always", "never"}},
    };
    return keys;
}

std::span<const ConfigKey> named_config_keys() {
    static const std::vector<ConfigKey> keys = {
        {.name = "migrate.databases.*.dev_url", .summary = "migrate.dev_url of one of several databases"},
        {.name = "migrate.databases.*.dir", .summary = "migrate.dir of one of several databases", .path = true},
        {.name = "migrate.databases.*.schema", .summary = "migrate.schema of one of several databases", .path = true},
        {.name = "migrate.databases.*.url", .summary = "migrate.url of one of several databases"},
    };
    return keys;
}

}  // namespace quarry::cli
