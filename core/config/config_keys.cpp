// The table of every setting.
#include "core/config/config.h"

#include <algorithm>

#include "core/chunk/chunker.h"
#include "core/chunk/semantic_breaks.h"
#include "core/tokenize/tokenizer.h"

namespace quarry::config {
namespace {

std::vector<std::string> names(std::span<const std::string> all) { return {all.begin(), all.end()}; }

/// What can have a model: the providers of chat and of embeddings.
std::vector<std::string> model_providers() {
    std::vector<std::string> all = config_key("chat.provider").choices;
    for (const std::string& name : config_key("embed.provider").choices) {
        if (std::ranges::find(all, name) == all.end()) all.push_back(name);
    }
    std::erase_if(all, [](const std::string& name) {
        return name == "extractive" || name == "builtin" || name == "none";
    });
    return all;
}

}  // namespace

std::span<const ConfigKey> config_keys() {
    using Type = ConfigKey::Type;
    static const std::vector<ConfigKey> keys = {
        {.name = "ask.entailment", .fallback = "none",
         .summary = "Who judges whether sentences follow from their citations: none compares words, model asks the "
                    "answering model, once per answer",
         .choices = {"none", "model"}},
        {.name = "ask.max_context_tokens", .type = Type::integer, .fallback = "3000",
         .summary = "Maximum tokens (estimated) of passages in a prompt",
         .minimum = 50, .maximum = 10'000'000},
        {.name = "ask.min_score", .type = Type::number, .fallback = "0.5",
         .summary = "How well passages must fit the question for an answer, 0 to 1: with a model by their share of its "
                    "words, without one by a fitted probability; 0: any",
         .minimum = 0, .maximum = 1},
        {.name = "ask.redact", .fallback = "off",
         .summary = "Secrets and personal data to hide from the model and restore in its answer (default, secrets, "
                    "personal, email …, all); off: none"},
        {.name = "ask.sources", .type = Type::integer, .fallback = "6",
         .summary = "Maximum number of passages for an answer", .minimum = 1, .maximum = 1000},
        {.name = "ask.template", .fallback = "",
         .summary = "Prompt template: a file, or the name of a template in the folder prompts beside quarry.toml or "
                    "your config.toml; empty: the built-in one"},
        {.name = "base", .fallback = "", .summary = "The knowledge base's file; empty: .quarry/base.db here or above",
         .path = true},
        {.name = "batch.parallel", .type = Type::integer, .fallback = "0",
         .summary = "Number of questions that quarry batch answers in parallel; 0: 16 with a server, else one per "
                    "processor",
         .minimum = 0, .maximum = 256},
        {.name = "cache.enabled", .type = Type::boolean, .fallback = "true",
         .summary = "Cache answers of models and vectors of queries in the base"},
        {.name = "cache.max_age", .type = Type::number, .fallback = "30",
         .summary = "Days after which a cached answer expires; 0: never", .minimum = 0, .maximum = 36'500},
        {.name = "cache.max_bytes", .type = Type::integer, .fallback = "100000000",
         .summary = "Maximum size of the cache in bytes; least recently used entries are removed first",
         .minimum = 0, .maximum = 1e12},
        {.name = "chat.api_key_env", .fallback = "auto",
         .summary = "Environment variable with the chat server's key; auto: the provider's own, such as "
                    "OPENAI_API_KEY; empty: no key",
         .sensitive = true},
        {.name = "chat.api_key_file", .fallback = "",
         .summary = "File with the chat server's key, readable only by you, instead of a variable",
         .path = true, .sensitive = true},
        {.name = "chat.api_version", .fallback = "",
         .summary = "Azure API version, such as 2024-10-21; empty: the API without versions"},
        {.name = "chat.base_url", .fallback = "",
         .summary = "Address of the chat server; empty: the provider's own", .sensitive = true},
        {.name = "chat.command", .fallback = "",
         .summary = "Program for the provider command, with its arguments: a JSON array, or words",
         .sensitive = true},
        {.name = "chat.context", .type = Type::integer, .fallback = "0",
         .summary = "Context window of a GGUF model, in tokens; 0: as much as a request needs",
         .minimum = 0, .maximum = 10'000'000},
        {.name = "chat.follow_ups", .fallback = "model",
         .summary = "How follow-up questions are rewritten before the search: by the model (without a model: words), "
                    "with words from the question before, or not",
         .choices = {"model", "words", "none"}},
        {.name = "chat.headers", .fallback = "",
         .summary = "Additional headers for the chat server, as a JSON object; a value $NAME is replaced by that "
                    "environment variable",
         .sensitive = true},
        {.name = "chat.history_tokens", .type = Type::integer, .fallback = "2000",
         .summary = "Maximum tokens of earlier turns in a prompt; older turns are summarised",
         .minimum = 0, .maximum = 10'000'000},
        {.name = "chat.max_cost", .type = Type::number, .fallback = "0",
         .summary = "Maximum cost of the answers of one command; 0: no limit", .minimum = 0, .maximum = 1'000'000},
        {.name = "chat.max_tokens", .type = Type::integer, .fallback = "0",
         .summary = "Maximum length of an answer in tokens; 0: the model's own limit",
         .minimum = 0, .maximum = 10'000'000},
        {.name = "chat.max_tool_rounds", .type = Type::integer, .fallback = "8",
         .summary = "Maximum rounds of tool calls for one question", .minimum = 1, .maximum = 100},
        {.name = "chat.model", .fallback = "",
         .summary = "Name of the chat model; without chat.provider also PROVIDER:NAME (default provider: openai)"},
        {.name = "chat.price_input", .type = Type::number, .fallback = "-1",
         .summary = "Price of a million input tokens; -1: the model's known price, if any",
         .minimum = -1, .maximum = 1'000'000},
        {.name = "chat.price_output", .type = Type::number, .fallback = "-1",
         .summary = "Price of a million output tokens; -1: the model's known price, if any",
         .minimum = -1, .maximum = 1'000'000},
        {.name = "chat.provider", .fallback = "extractive",
         .summary = "Who answers: extractive quotes sentences without a model, gguf runs a model file here, command "
                    "runs a program; the others are servers",
         .choices = {"extractive", "openai", "anthropic", "gemini", "ollama", "azure", "mistral", "groq", "openrouter",
                     "deepseek", "together", "vllm", "lmstudio", "llama-server", "gguf", "command"}},
        {.name = "chat.requests_per_minute", .type = Type::integer, .fallback = "0",
         .summary = "Maximum requests per minute to the chat server; further requests wait; 0: no limit",
         .minimum = 0, .maximum = 1'000'000},
        {.name = "chat.retries", .type = Type::integer, .fallback = "2",
         .summary = "Maximum retries if the chat server is busy or fails",
         .minimum = 0, .maximum = 100},
        {.name = "chat.threads", .type = Type::integer, .fallback = "0",
         .summary = "Threads of a local chat model; 0: one per processor", .minimum = 0, .maximum = 1024},
        {.name = "chat.timeout", .type = Type::integer, .fallback = "120",
         .summary = "Seconds to wait for the next piece of an answer", .minimum = 1, .maximum = 86'400},
        {.name = "chat.tokens_per_minute", .type = Type::integer, .fallback = "0",
         .summary = "Maximum tokens per minute to and from the chat server; further requests wait; 0: no limit",
         .minimum = 0, .maximum = 1'000'000'000},
        {.name = "chat.tools", .type = Type::boolean, .fallback = "false",
         .summary = "Offer tools to the model: quarry's own, which only read (search, read_document, sql and others), "
                    "and those of [[tool]]"},
        {.name = "chunk.breakpoint", .fallback = "percentile",
         .summary = "Where the strategy semantic cuts: at distances above a percentile, above the mean by standard "
                    "deviations or interquartile ranges, or between clusters",
         .choices = names(chunk::breakpoint_names())},
        {.name = "chunk.encoding", .fallback = "",
         .summary = "How the tokens of chunks are counted; empty: chunk.unit when it counts tokens, else tokens:approx",
         .choices = names(tokenize::tokenizer_names()), .open = true},
        {.name = "chunk.min_size", .type = Type::integer, .fallback = "0",
         .summary = "Merge neighbouring chunks while one is smaller than this, in chunk.unit, and both fit",
         .minimum = 0, .maximum = 1'000'000},
        {.name = "chunk.overlap", .type = Type::integer, .fallback = "0",
         .summary = "Overlap: how much of a chunk is repeated at the start of the next, in chunk.unit; less than "
                    "chunk.size",
         .minimum = 0, .maximum = 1'000'000},
        {.name = "chunk.parent_size", .type = Type::integer, .fallback = "0",
         .summary = "Maximum size of a chunk's parent, the larger span around it, in chunk.unit; 0: no parents",
         .minimum = 0, .maximum = 10'000'000},
        {.name = "chunk.sentence_vectors", .fallback = "auto",
         .summary = "How the strategy semantic compares sentences: auto uses the model of embed.provider unless that "
                    "is builtin or none; words uses no model",
         .choices = {"auto", "words"}},
        {.name = "chunk.separators", .fallback = "",
         .summary = "Separators of the strategy recursive: a language such as python, or a JSON array from the best to "
                    "the worst; empty: by the kind of document"},
        {.name = "chunk.size", .type = Type::integer, .fallback = "1800",
         .summary = "Maximum size of a chunk (the passage that is searched), in chunk.unit",
         .minimum = 1, .maximum = 1'000'000},
        {.name = "chunk.strategy", .fallback = "auto",
         .summary = "How documents are cut into chunks; auto picks by the kind of document",
         .choices = names(chunk::chunker_names())},
        {.name = "chunk.threshold", .type = Type::number, .fallback = "0",
         .summary = "Threshold for chunk.breakpoint: the percentile, or the number of deviations or ranges; 0: 95, 3 "
                    "or 1.5",
         .minimum = 0, .maximum = 1000},
        {.name = "chunk.unit", .fallback = "chars", .summary = "Unit of the sizes of chunks",
         .choices = names(tokenize::tokenizer_names()), .open = true},
        {.name = "embed.api_key_env", .fallback = "auto",
         .summary = "Environment variable with the embedding server's key; auto: the provider's own, "
                    "such as OPENAI_API_KEY; empty: no key",
         .sensitive = true},
        {.name = "embed.base_url", .fallback = "",
         .summary = "Address of the embedding server; empty: the provider's own",
         .sensitive = true},
        {.name = "embed.batch", .type = Type::integer, .fallback = "0",
         .summary = "Maximum texts in one embedding request; 0: the provider's default",
         .minimum = 0, .maximum = 100'000},
        {.name = "embed.command", .fallback = "",
         .summary = "Embedding program for the provider command, with its arguments: a JSON array, or words",
         .sensitive = true},
        {.name = "embed.dimensions", .type = Type::integer, .fallback = "0",
         .summary = "Dimensions to request from the model; 0: the model's default", .minimum = 0, .maximum = 65'536},
        {.name = "embed.document_prompt", .fallback = "auto",
         .summary = "Prefix of each passage for the embedding model; auto: that of the model's family"},
        {.name = "embed.model", .fallback = "", .summary = "Name of the embedding model"},
        {.name = "embed.parallel", .type = Type::integer, .fallback = "4",
         .summary = "Number of parallel embedding requests", .minimum = 1, .maximum = 256},
        {.name = "embed.price_per_million", .type = Type::number, .fallback = "-1",
         .summary = "Price of a million tokens at the embedding server, for --dry-run and --max-cost; -1: the model's "
                    "known price, if any",
         .minimum = -1, .maximum = 1'000'000},
        {.name = "embed.provider", .fallback = "builtin",
         .summary = "What makes vectors: builtin is fitted on your documents, gguf runs a model file here, command "
                    "runs a program, none makes no vectors; the others are servers",
         .choices = {"builtin", "gguf", "openai", "ollama", "gemini", "cohere", "voyage", "mistral", "jina", "command",
                     "none"}},
        {.name = "embed.query_prompt", .fallback = "auto",
         .summary = "Prefix of each query for the embedding model; auto: that of the model's family"},
        {.name = "embed.retries", .type = Type::integer, .fallback = "4",
         .summary = "Maximum retries if the embedding server is busy or fails",
         .minimum = 0, .maximum = 100},
        {.name = "embed.start", .fallback = "",
         .summary = "Table from quarry embed train that the built-in embedder starts from: the name of an added table, "
                    "or a file's path; empty: none"},
        {.name = "embed.threads", .type = Type::integer, .fallback = "0",
         .summary = "Threads of a local embedding or reranking model; 0: one per processor", .minimum = 0, .maximum = 1024},
        {.name = "embed.timeout", .type = Type::integer, .fallback = "60",
         .summary = "Seconds to wait for the embedding server or program", .minimum = 1, .maximum = 86'400},
        {.name = "extract.trusted", .fallback = "",
         .summary = "Folders of projects whose quarry.toml may name commands to run (extract.command, tool), separated "
                    "by :",
         .sensitive = true},
        {.name = "http.ca_file", .fallback = "",
         .summary = "Certificates to trust (PEM) instead of the system's", .path = true,
         .sensitive = true},
        {.name = "http.proxy", .fallback = "",
         .summary = "Proxy for servers and web pages, such as http://proxy.example:3128; empty: from the environment",
         .sensitive = true},
        {.name = "ingest.allow_private", .type = Type::boolean, .fallback = "false",
         .summary = "Also read web pages on this machine and in private networks", .sensitive = true},
        {.name = "ingest.language", .fallback = "auto",
         .summary = "Stemming language for all documents; auto: declared by each document, or detected",
         .choices = {"auto", "ar", "ca", "da", "de", "el", "en", "es", "eu", "fi", "fr", "ga", "hi", "hu", "hy",
                     "id", "it", "lt", "ne", "nl", "no", "pt", "ro", "ru", "sr", "sv", "ta", "tr", "vi", "yi"}},
        {.name = "ingest.max_converted_bytes", .type = Type::integer, .fallback = "40000000",
         .summary = "Size limit in bytes for files in formats that are converted to text (not Markdown, plain text and "
                    "source code); conversion takes about four times as much memory",
         .minimum = 1, .maximum = 1'000'000'000'000},
        {.name = "ingest.max_file_bytes", .type = Type::integer, .fallback = "100000000",
         .summary = "Size limit for files in bytes", .minimum = 1, .maximum = 1'000'000'000'000},
        {.name = "ingest.ocr", .fallback = "",
         .summary = "Languages in which tesseract reads pages of PDF files that are images, such as eng+deu; empty: "
                    "they are not read"},
        {.name = "ingest.redact", .fallback = "",
         .summary = "Secrets and personal data to remove from documents (default, secrets, personal, email …, all); "
                    "off: none; empty: as before in this base"},
        {.name = "ingest.threads", .type = Type::integer, .fallback = "0",
         .summary = "Number of threads that read documents; 0: one per processor", .minimum = 0, .maximum = 1024},
        {.name = "ingest.url_timeout", .type = Type::integer, .fallback = "60",
         .summary = "Seconds to wait for a web page", .minimum = 1, .maximum = 86'400},
        {.name = "migrate.dev_url", .fallback = "",
         .summary = "PostgreSQL server, or empty database, for trials of migrations; empty: that of migrate.url"},
        {.name = "migrate.dir", .fallback = "", .summary = "Folder of the project's own migration files", .path = true},
        {.name = "migrate.env", .fallback = "",
         .summary = "Environment variables that migrations may use (-- quarry:env), separated by commas",
         .sensitive = true},
        {.name = "migrate.lock", .fallback = "advisory",
         .summary = "Lock against parallel migrations on PostgreSQL; table works with connection poolers such as "
                    "PgBouncer",
         .choices = {"advisory", "table"}},
        {.name = "migrate.lock_wait", .type = Type::integer, .fallback = "10",
         .summary = "Seconds to wait while another process migrates the same database",
         .minimum = 0, .maximum = 86'400},
        {.name = "migrate.schema", .fallback = "",
         .summary = "The wanted schema: a file of SQL, or a folder of them", .path = true},
        {.name = "migrate.url", .fallback = "", .summary = "Database that the migrations are for"},
        {.name = "rerank.api_key_env", .fallback = "auto",
         .summary = "Environment variable with the reranking server's key; auto: the provider's own, "
                    "such as COHERE_API_KEY; empty: no key",
         .sensitive = true},
        {.name = "rerank.base_url", .fallback = "",
         .summary = "Address of the reranking server, without /rerank; empty: the provider's own", .sensitive = true},
        {.name = "rerank.command", .fallback = "",
         .summary = "Reranking program for the provider command, with its arguments: a JSON array, or words",
         .sensitive = true},
        {.name = "rerank.depth", .type = Type::integer, .fallback = "50",
         .summary = "Number of best passages that the reranker reads", .minimum = 1, .maximum = 1000},
        {.name = "rerank.model", .fallback = "",
         .summary = "Name of the reranking model; for gguf an added model, or a file's path"},
        {.name = "rerank.provider", .fallback = "none",
         .summary = "Reranker for the best passages: gguf runs a model file here; server is any with Jina's protocol "
                    "(vLLM, llama.cpp), tei is Text Embeddings Inference",
         .choices = {"none", "gguf", "cohere", "jina", "voyage", "server", "tei", "command"}},
        {.name = "rerank.timeout", .type = Type::integer, .fallback = "60",
         .summary = "Seconds to wait for the reranking server or program", .minimum = 1, .maximum = 86'400},
        {.name = "search.b", .type = Type::number, .fallback = "0.75",
         .summary = "Length normalisation (BM25 b): 0 none, 1 full", .minimum = 0, .maximum = 1},
        {.name = "search.body_weight", .type = Type::number, .fallback = "1",
         .summary = "Weight of words in the text of a passage", .minimum = 0, .maximum = 1'000},
        {.name = "search.dense_weight", .type = Type::number, .fallback = "0.3",
         .summary = "Weight of the vector score in hybrid search, 0 to 1; the lexical score has the rest",
         .minimum = 0, .maximum = 1},
        {.name = "search.fusion", .fallback = "minmax",
         .summary = "How hybrid search fuses the two scores: minmax and zscore add scaled scores, rrf adds reciprocal "
                    "ranks",
         .choices = {"minmax", "zscore", "rrf"}},
        {.name = "search.heading_weight", .type = Type::number, .fallback = "1",
         .summary = "Weight of words in the headings above a passage", .minimum = 0, .maximum = 1'000},
        {.name = "search.k1", .type = Type::number, .fallback = "1.2",
         .summary = "Term frequency saturation (BM25 k1); 0: repeated words do not count",
         .minimum = 0, .maximum = 1'000},
        {.name = "search.limit", .type = Type::integer, .fallback = "10", .summary = "Maximum number of results",
         .minimum = 1, .maximum = 10'000},
        {.name = "search.mode", .fallback = "hybrid",
         .summary = "lexical matches words, vector matches meaning, hybrid does both",
         .choices = {"lexical", "vector", "hybrid"}},
        {.name = "search.title_weight", .type = Type::number, .fallback = "1",
         .summary = "Weight of words in the title of a document", .minimum = 0, .maximum = 1'000},
        {.name = "serve.audience", .fallback = "quarry",
         .summary = "Audience (aud) that tokens of serve.issuer must name"},
        {.name = "serve.audit_days", .type = Type::integer, .fallback = "365",
         .summary = "Days that sign-ins and administrative acts stay in the audit log", .minimum = 1,
         .maximum = 36'500},
        {.name = "serve.hosts", .fallback = "",
         .summary = "Names under which quarry serve is asked, with commas between, besides localhost: those of a proxy in "
                    "front of it"},
        {.name = "serve.issuer", .fallback = "",
         .summary = "Issuer (iss) of tokens from elsewhere that are trusted; empty: none", .sensitive = true},
        {.name = "serve.jwks_private", .type = Type::boolean, .fallback = "false",
         .summary = "serve.jwks_url may be on this machine or a private network", .sensitive = true},
        {.name = "serve.jwks_url", .fallback = "",
         .summary = "Address of the keys of serve.issuer, a JWK set", .sensitive = true},
        {.name = "serve.listen", .fallback = "127.0.0.1:8420", .summary = "Address and port of quarry serve"},
        {.name = "serve.origins", .fallback = "",
         .summary = "Web pages that may use quarry serve from a browser, with commas between: https://wiki.example.org"},
        {.name = "trace.content", .type = Type::boolean, .fallback = "false",
         .summary = "Also record the texts of questions, passages and answers, redacted"},
        {.name = "trace.enabled", .type = Type::boolean, .fallback = "true",
         .summary = "Record a run for each question: times, tokens, price, failures"},
        {.name = "trace.max_age", .type = Type::number, .fallback = "90",
         .summary = "Days after which a run is deleted; 0: never", .minimum = 0, .maximum = 36'500},
        {.name = "trace.max_runs", .type = Type::integer, .fallback = "1000",
         .summary = "Maximum number of runs; the oldest are deleted first", .minimum = 1, .maximum = 10'000'000},
        {.name = "trace.redact", .fallback = "default",
         .summary = "Secrets and personal data to remove from the texts of runs (default, secrets, personal, email …, "
                    "all); off: none"},
        {.name = "ui.color", .fallback = "auto", .summary = "When to use colour; auto: on a terminal",
         .choices = {"auto", "always", "never"}},
        {.name = "ui.hyperlinks", .fallback = "auto",
         .summary = "When to print clickable links; auto: on terminals that support them",
         .choices = {"auto", "always", "never"}},
        {.name = "ui.pager", .fallback = "auto",
         .summary = "When to use a pager (QUARRY_PAGER, PAGER or less) for long results; auto: on a terminal",
         .choices = {"auto", "never"}},
    };
    return keys;
}

std::span<const ConfigKey> named_config_keys() {
    static const std::vector<ConfigKey> keys = {
        {.name = "migrate.databases.*.dev_url", .summary = "migrate.dev_url of one of several databases"},
        {.name = "migrate.databases.*.dir", .summary = "migrate.dir of one of several databases", .path = true},
        {.name = "migrate.databases.*.schema", .summary = "migrate.schema of one of several databases", .path = true},
        {.name = "migrate.databases.*.url", .summary = "migrate.url of one of several databases"},
        {.name = "models.*.api_key_env", .fallback = "auto",
         .summary = "Name of the environment variable that holds this model's key; auto: the provider's own; empty: no "
                    "key",
         .sensitive = true},
        {.name = "models.*.api_key_file",
         .summary = "File that holds this model's key and that only you can read, instead of a variable",
         .path = true, .sensitive = true},
        {.name = "models.*.api_version", .summary = "chat.api_version for this model"},
        {.name = "models.*.base_url", .summary = "Address of this model's server; empty: the provider's own",
         .sensitive = true},
        {.name = "models.*.command",
         .summary = "Program that is this model, for the provider command: a JSON array, or words", .sensitive = true},
        {.name = "models.*.headers",
         .summary = "Headers for this model's server, a JSON object; a value $NAME is taken from that environment "
                    "variable",
         .sensitive = true},
        {.name = "models.*.model",
         .summary = "Name of the model at its provider; where no provider is set, also PROVIDER:NAME"},
        {.name = "models.*.price_input", .type = ConfigKey::Type::number, .fallback = "-1",
         .summary = "Price of a million tokens that this model reads; -1: the known price, if any",
         .minimum = -1, .maximum = 1'000'000},
        {.name = "models.*.price_output", .type = ConfigKey::Type::number, .fallback = "-1",
         .summary = "Price of a million tokens that this model writes; -1: the known price, if any",
         .minimum = -1, .maximum = 1'000'000},
        {.name = "models.*.provider",
         .summary = "Where this model is, by a name of chat.provider or embed.provider; empty: what stands before the "
                    "colon of its model, else openai",
         .choices = model_providers()},
    };
    return keys;
}

}  // namespace quarry::config
