// What help and the man page say of quarry batch.
#include "cli/help/pages.h"

namespace quarry::cli {

CommandInfo batch_info() {
    return {
        .path = "batch",
        .summary = "answer many questions at once",
        .description =
            "Reads questions, one a line: {\"id\": \"7\", \"question\": \"What is …?\"}, or the question alone, whose "
            "id is then the number of its line. Each is answered as quarry ask answers it, several at a time, and "
            "printed as a JSON object on a line of its own as soon as it is there: \"id\" names the question, the "
            "other fields are those of quarry ask --json; one that failed has \"error\".\n\n"
            "With --output, answers go to a file. The same command again asks only what is missing there: questions "
            "that failed, that were not reached, or whose text has changed. If the process is killed, only the "
            "questions in flight are lost.\n\n"
            "--max-cost ends the batch before it would cost more, and --dry-run reports what it would cost.",
        .examples = {{"quarry batch questions.jsonl --output answers.jsonl", "answer all, or continue an earlier run"},
                     {"quarry batch questions.txt --model gpt-4o-mini --dry-run", "what would it cost?"},
                     {"quarry batch - --parallel 4 < questions.txt", "from standard input to standard output"}},
        .exit_codes = {{7, "another process writes to the --output file"},
                       {11, "some questions failed; the others are answered"},
                       {14, "--max-failures questions in a row failed: the model's server"},
                       {15, "the same because of a rate limit, or the quota is used up"},
                       {16, "--max-cost was reached; what is answered is kept"}}};
}

}  // namespace quarry::cli
