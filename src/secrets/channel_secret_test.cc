#include "secrets/channel_secret.h"

#include <doctest/doctest.h>

using patrol::model::SecretRef;
using patrol::secrets::channel_rule_broken;

TEST_CASE("a channel may use only secrets that were put aside for channels") {
    for (const SecretRef& fine :
         {SecretRef{"sealed", "sec_x"},
          {"env", "PATROL_SECRET_NOTIFY_A"},
          {"env", "PATROL_SECRET_ten_x_NOTIFY_A"},
          {"file", "notify/a"},
          {"file", "patrol/ten_x/notify/a"},
          {"vault", "secret/notify/a#b"},
          {"vault", "secret/patrol/ten_x/notify/slack#url"},
          {"aws_secrets_manager", "notify/a"},
          {"aws_secrets_manager",
           "arn:aws:secretsmanager:eu-west-1:111122223333:secret:patrol/notify/a-AbCdEf#k"},
          {"aws_ssm", "/notify/a"},
          {"aws_ssm", "/patrol/ten_x/notify/a"},
          {"gcp_secret_manager", "projects/p/secrets/notify-a"},
          {"gcp_secret_manager", "projects/p/secrets/patrol-ten-x-notify-a/versions/3"},
          {"azure_key_vault", "acme/Notify-a"},
          {"azure_key_vault", "acme/patrol-ten-x-notify-a"}}) {
        CAPTURE(fine.ref);
        CHECK(channel_rule_broken(fine).empty());
    }
    for (const SecretRef& bad : {SecretRef{"env", "PATROL_SECRET_DB"},
                                 {"env", "PATROL_SECRET_DB_NOTIFY_X"},
                                 {"file", "keys/a"},
                                 {"file", "/etc/notify/secrets/a"},
                                 {"vault", "secret/a#notify"},
                                 {"vault", "secret/a#/notify/"},
                                 {"vault", "notify/a#b"},
                                 {"aws_secrets_manager", "a#/notify/"},
                                 {"aws_ssm", "/patrol/a"},
                                 {"gcp_secret_manager", "projects/notify-p/secrets/a"},
                                 {"gcp_secret_manager", "projects/p/secrets/a-notify"},
                                 {"azure_key_vault", "notify-vault/a"},
                                 {"azure_key_vault", ""}}) {
        CAPTURE(bad.ref);
        CHECK_FALSE(channel_rule_broken(bad).empty());
    }
}
