<?php
/**
 * Plugin Name: Parley for Akismet
 * Description: Lets the Akismet plugin ask your Parley, and puts into effect what people decide there.
 *
 * Copy this file to wp-content/mu-plugins/ and say in wp-config.php where Parley is:
 *     define( 'PARLEY_URL', 'https://parley.example' );
 *     define( 'WPCOM_API_KEY', 'the door key' ); // or type it into Akismet's own settings
 */

defined( 'PARLEY_URL' ) || exit;

// What Akismet sends to its own host goes to Parley.
add_filter(
	'pre_http_request',
	function ( $answer, $args, $url ) {
		$parts = wp_parse_url( $url );
		if ( 'rest.akismet.com' !== ( $parts['host'] ?? '' ) ) {
			return $answer;
		}
		unset( $args['headers']['Host'] );
		$query = isset( $parts['query'] ) ? '?' . $parts['query'] : '';
		return wp_remote_request( untrailingslashit( PARLEY_URL ) . $parts['path'] . $query, $args );
	},
	10,
	3
);

// Keep the name under which Parley knows a comment; Akismet does so by itself since version 5.1.
$parley_guid = null;
add_action(
	'akismet_comment_check_response',
	function ( $response ) use ( &$parley_guid ) {
		$parley_guid = is_array( $response ) ? ( $response[0]['x-akismet-guid'] ?? null ) : null;
	}
);
add_action(
	'wp_insert_comment',
	function ( $id ) use ( &$parley_guid ) {
		if ( $parley_guid ) {
			update_comment_meta( $id, 'akismet_guid', $parley_guid );
			$parley_guid = null;
		}
	}
);

// A person decided in Parley: show the comment, or put it with the spam. Akismet's own route would leave a comment
// pending wherever WordPress holds every first comment.
function parley_decided( $request ) {
	foreach ( (array) $request['comments'] as $told ) {
		$guid  = is_array( $told ) ? (string) ( $told['guid'] ?? '' ) : '';
		$found = $guid ? get_comments( array( 'status' => 'any', 'meta_key' => 'akismet_guid', 'meta_value' => $guid ) ) : array();
		foreach ( $found as $comment ) {
			'true' === ( $told['result'] ?? '' ) ? wp_spam_comment( $comment ) : wp_set_comment_status( $comment, 'approve' );
		}
	}
	return array( 'heard' => true );
}
add_action(
	'rest_api_init',
	function () {
		$route = array(
			'methods'             => 'POST',
			'callback'            => 'parley_decided',
			'permission_callback' => function ( $request ) {
				$key = class_exists( 'Akismet' ) ? (string) Akismet::get_api_key() : '';
				return '' !== $key && hash_equals( strtolower( $key ), strtolower( (string) $request['key'] ) );
			},
		);
		register_rest_route( 'akismet/v1', '/webhook', $route, true );
	},
	20
);
