<?php
// Run once by php on the command line: install WordPress, activate Akismet, write one post. Prints its id.
define( 'WP_INSTALLING', true );
require $argv[1] . '/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install( 'A blog', 'admin', 'admin@blog.example', true, '', 'a-password-for-tests' );
update_option( 'active_plugins', array( 'akismet/akismet.php' ) );
update_option( 'comment_previously_approved', '0' );
echo wp_insert_post( array( 'post_title' => 'The bridge', 'post_status' => 'publish', 'post_author' => 1 ) );
