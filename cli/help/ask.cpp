// What help and the man page say of quarry ask.
#include "cli/help/pages.h"

namespace quarry::cli {

CommandInfo ask_info() {
    return {
        .path = "ask",
        .summary = "answer a question from your documents, with citations",
        .description =
            "Finds the passages of the knowledge base (the documents that quarry ingest has read) that fit the "
            "question, answers from them, and lists the source of each statement: file, lines, headings and the exact "
            "words. Every citation is checked against the knowledge base before it is shown.\n\n"
            "Without configuration the answer is extractive: sentences of the documents, chosen and quoted word "
            "for word, each with its place below it. No language model, no key and no network are needed.\n\n"
            "With a language model (a program that writes text, here behind any server that speaks OpenAI's chat "
            "protocol, such as Ollama on your own machine) the model writes the answer from the passages and "
            "cites them by number. Name it with --model or the chat.model setting, and the server's address with "
            "chat.base_url. The passages and the question are sent to that server; quarry ask --show-prompt "
            "prints exactly what would be sent. The server's key comes from the environment variable that "
            "chat.api_key_env names, OPENAI_API_KEY unless you change it.\n\n"
            "Each sentence is compared with what it cites: its words, its numbers and names, what it denies, and "
            "quotations word for word. Sentences that are not supported are named below the answer; "
            "--require-citations makes them an error. Keep an answer with --json, and check it again later with "
            "quarry verify.\n\n"
            "If the documents do not answer the question, quarry reports that and exits with 10.",
        .examples = {{"quarry ask 'How do I undo a migration?'", "sentences of your documents that answer it"},
                     {"quarry ask --json 'How do I undo a migration?'", "with byte offsets and hashes, for programs"},
                     {"quarry ask --format md 'How do I undo a migration?' >> notes.md",
                      "Markdown with footnotes that link to file and line"},
                     {"quarry ask --model llama3.2 --config chat.base_url=http://localhost:11434/v1 'What is new?'",
                      "let a model on this machine (here: Ollama) write the answer"},
                     {"quarry ask --show-prompt 'What is new?'", "print the prompt instead of sending it"}},
        .exit_codes = {{7, "with --session: another process is writing to the base"},
                       {10, "the documents do not answer the question"},
                       {13, "with --require-citations: a sentence cites nothing or is not supported"},
                       {14, "the model's server failed: not reached, refused, or no usable answer, such as an answer "
                            "that does not conform to --schema after a second attempt"},
                       {15, "the model's server limits the rate of requests, or the quota is used up"},
                       {16, "the answer could cost more than --max-cost"}}};
}

}  // namespace quarry::cli
